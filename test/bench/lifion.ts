import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The public consumer, and a DynamoDB in memory for the state that it keeps there. */
const PACKAGES = ['lifion-kinesis@1.3.3', 'dynalite@4.0.0']

export interface RunningLifion {
  installed: string
  dynamoDb: string
  stop(): void
}

/**
 * Makes `lifion-kinesis` ready to run. It is no dependency of ours: with the whole AWS SDK of version 2 it takes 130 MB, so it is installed
 * beside, once, the first time that it is measured. Null, with a word on stderr, where that can't be done.
 */
export const startLifion = async (): Promise<RunningLifion | null> => {
  const installed = join(tmpdir(), `kinescope-bench-${PACKAGES.join('-').replaceAll('@', '-')}`)
  const done = join(installed, 'installed')
  if (!existsSync(done)) {
    mkdirSync(installed, { recursive: true })
    writeFileSync(join(installed, 'package.json'), '{}')
    const { status } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...PACKAGES], { cwd: installed, stdio: 'ignore', shell: process.platform === 'win32', timeout: 180_000 })
    if (status !== 0) {
      console.error(`${PACKAGES[0]} could not be installed: it is left out.`)
      return null
    }
    writeFileSync(done, '')
  }
  const server = `const s = require('dynalite')({ createTableMs: 0 }); s.listen(0, '127.0.0.1', () => console.log(s.address().port)); process.stdin.on('end', () => process.exit(0)).resume()`
  const child = spawn(process.execPath, ['-e', server], { cwd: installed, stdio: ['pipe', 'pipe', 'ignore'] })
  const first = await Promise.race([once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>, once(child, 'exit').then(() => null)])
  if (first === null) {
    console.error('dynalite, which lifion-kinesis needs, does not run here: it is left out.')
    return null
  }
  return { installed, dynamoDb: `http://127.0.0.1:${first[0]}`, stop: () => child.kill() }
}

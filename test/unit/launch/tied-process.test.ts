import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { runTied } from '../../../electron/launch/tied-process.mjs'

const folder = mkdtempSync(join(tmpdir(), 'kinescope-tied-'))

function script(name: string, source: string): string {
  const path = join(folder, name)
  writeFileSync(path, source)
  return path
}

test('gives the exit code and the end of what was printed', async () => {
  const path = script('says.mjs', "console.log('on stdout'); console.error('on stderr'); process.exitCode = 3")
  const { code, printed } = await runTied([path])
  expect(code).toBe(3)
  expect(printed).toContain('on stdout')
  expect(printed).toContain('on stderr')
})

test('a child ends when its parent is killed', async () => {
  const pidFile = join(folder, 'pid')
  const child = script(
    'child.mjs',
    `import { renameSync, writeFileSync } from 'node:fs'
     writeFileSync('pid.new', String(process.pid))
     renameSync('pid.new', 'pid')
     setInterval(() => {}, 1000)`,
  )
  const parent = script(
    'parent.mjs',
    `import { runTied } from ${JSON.stringify(resolve('electron/launch/tied-process.mjs'))}
     await runTied([${JSON.stringify(child)}], { cwd: ${JSON.stringify(folder)} })`,
  )
  const running = spawn(process.execPath, [parent], { stdio: 'ignore' })
  await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), { timeout: 10_000 })
  const pid = Number(readFileSync(pidFile, 'utf8'))
  expect(isRunning(pid)).toBe(true)
  running.kill('SIGKILL')
  await once(running, 'exit')
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5000 })
  rmSync(folder, { recursive: true })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

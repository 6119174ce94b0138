import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** What a native module would be compiled with; each is shadowed by a stub that fails and says that it was called. */
const compilers = ['python', 'python3', 'make', 'gmake', 'cmake', 'gcc', 'g++', 'cc', 'c++', 'clang', 'clang++', 'node-gyp']

const isPosix = process.platform !== 'win32'
const canReachRegistry = isPosix && spawnSync('npm', ['ping', '--fetch-timeout=10000', '--fetch-retries=0'], { stdio: 'ignore' }).status === 0
const isRoot = process.getuid?.() === 0
const nobody = isRoot ? otherUser() : null

const folder = mkdtempSync(join(tmpdir(), 'kinescope-clean-'))
const checkout = join(folder, 'checkout')
const stubs = join(folder, 'stubs')
const called = join(folder, 'called')
const started: ChildProcess[] = []

afterAll(async () => {
  for (const child of started) await end(child)
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}, 180_000)

describe.skipIf(!canReachRegistry)('a clean checkout, without Python, make and compilers (needs the npm registry)', () => {
  beforeAll(async () => {
    chmodSync(folder, 0o755)
    copyTracked()
    mkdirSync(stubs)
    writeFileSync(called, '')
    chmodSync(called, 0o666)
    for (const name of compilers) writeFileSync(join(stubs, name), `#!/bin/sh\necho "$0 $*" >> '${called}'\nexit 1\n`, { mode: 0o755 })
    const install = spawn('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: checkout, env: { ...cleanEnv(folder), npm_config_cache: npmConfig('cache'), npm_config_userconfig: npmConfig('userconfig') }, stdio: ['ignore', 'pipe', 'pipe'] })
    const printed = collect(install)
    const [code] = (await once(install, 'exit')) as [number]
    expect(code, printed()).toBe(0)
  }, 240_000)

  test('npm ci runs no install script, and calls none of them', () => {
    expect(readFileSync(called, 'utf8')).toBe('')
  })

  test('npm start comes up in the browser and serves the page', { timeout: 120_000 }, async () => {
    const { page, printed } = await start(process.getuid?.())
    expect(page).toContain('<title>Kinescope</title>')
    expect(printed).toContain('The browser shows the console, because --no-open was given.')
    expect(readFileSync(called, 'utf8')).toBe('')
  })

  test.skipIf(nobody === null)('npm start comes up for a normal user too (needs root, to become one)', { timeout: 120_000 }, async () => {
    const user = nobody ?? 0
    execFileSync('chown', ['-R', String(user), checkout])
    // As on this user's first start: nothing is built yet.
    rmSync(join(checkout, 'out'), { recursive: true, force: true })
    const { page } = await start(user)
    expect(page).toContain('<title>Kinescope</title>')
  })
})

/** Copies what a clone would hold: the files that git tracks, as they are here. */
function copyTracked(): void {
  for (const file of execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0')) {
    if (file === '' || !existsSync(file)) continue
    mkdirSync(join(checkout, dirname(file)), { recursive: true })
    copyFileSync(file, join(checkout, file))
  }
}

/** The environment of a shell, without what npm and this test runner set, with the stubs in front. */
function cleanEnv(home: string): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((part) => !part.includes('node_modules'))
  return { PATH: [stubs, ...path].join(delimiter), HOME: home, LANG: 'C.UTF-8' }
}

/**
 * This user's own: packages that were fetched once are not fetched again, and they come from the registry that is set.
 * What is tested is how they are installed.
 */
const npmConfig = (key: 'cache' | 'userconfig') => execFileSync('npm', ['config', 'get', key], { encoding: 'utf8' }).trim()

/** Runs `npm start -- --no-open` as this user, opens the link it prints, and gives the page. */
async function start(uid: number | undefined): Promise<{ page: string; printed: string }> {
  const home = mkdtempSync(join(folder, 'home-'))
  if (uid !== undefined) chownSync(home, uid, uid)
  const child = spawn('npm', ['start', '--', '--no-open'], {
    cwd: checkout,
    env: cleanEnv(home),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  started.push(child)
  const printed = collect(child)
  const link = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${printed()}`)))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', () => {
        const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}/.exec(printed())
        if (found) resolve(found[0])
      })
    }
  })
  const entered = await fetch(link, { redirect: 'manual' })
  const page = await fetch(new URL('/', link), { headers: { cookie: entered.headers.getSetCookie()[0]?.split(';')[0] ?? '' } })
  const text = await page.text()
  await end(child)
  return { page: text, printed: printed() }
}

function collect(child: ChildProcess): () => string {
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
    })
  }
  return () => printed
}

/** As Ctrl-C in a terminal: to npm and all that it started. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  process.kill(-child.pid, 'SIGINT')
  await once(child, 'exit')
}

/** The id of a user without rights, where this process may become it; its group has the same number or is nobody's. */
function otherUser(): number | null {
  try {
    const id = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))
    return id > 0 && id !== userInfo().uid ? id : null
  } catch {
    return null
  }
}

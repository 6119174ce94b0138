import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { createInterface } from 'node:readline'
import { extractAll, extractFile, listPackage, statFile } from '@electron/asar'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../../electron/launch/ensure-built.mjs'

const isLinux = process.platform === 'linux'
const folder = mkdtempSync(join(tmpdir(), 'kinescope-packed-'))
const archive = join(folder, 'dist', `linux-${process.arch === 'x64' ? '' : `${process.arch}-`}unpacked`, 'resources', 'app.asar')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// A real packing by electron-builder around a placeholder for the runtime: what goes in, and where, is all its own.
describe.skipIf(!isLinux)('the packed app (packed here for Linux only)', () => {
  beforeAll(async () => {
    await ensureBuilt({ log: () => {} })
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['node_modules/electron-builder/cli.js', '--linux', 'dir', `-c.electronDist=${placeholderRuntime()}`, `-c.directories.output=${join(folder, 'dist')}`],
      { encoding: 'utf8' },
    )
    expect(status, stdout + stderr).toBe(0)
  }, 120_000)

  test('holds every file of the build, and no source', () => {
    const files = new Set(packed())
    const wanted = built().filter((file) => file !== 'out/stamp' && !file.endsWith('.map'))
    expect(wanted.length).toBeGreaterThan(10)
    expect(wanted.filter((file) => !files.has(file))).toEqual([])
    expect([...files].filter((file) => /^(electron|renderer|shared|test|docs)(\/|$)|\.tsx?$/.test(file))).toEqual([])
  })

  test('holds whatever its code requires', () => {
    const files = new Set(packed())
    const missing: string[] = []
    for (const file of [...files].filter((path) => /^out\/(main|preload)\/.*\.cjs$/.test(path))) {
      for (const [, wanted = ''] of extractFile(archive, file).toString('utf8').matchAll(/\brequire\("([^"\n]+)"\)/g)) {
        if (wanted === 'electron' || createRequire(import.meta.url).resolve.paths(wanted) === null) continue
        const isThere = wanted.startsWith('.') ? files.has(posix.join(dirname(file), wanted)) : files.has(`node_modules/${packageOf(wanted)}/package.json`)
        if (!isThere && !isOptional(wanted)) missing.push(`${file} requires ${wanted}`)
      }
    }
    expect(missing).toEqual([])
  })

  test('no entry of the build requires another one, which would run it', () => {
    const entries = built().filter((file) => /^out\/main\/[^/]+\.cjs$/.test(file))
    expect(entries.length).toBeGreaterThanOrEqual(7)
    for (const file of built().filter((path) => path.endsWith('.cjs'))) {
      const required = [...readFileSync(file, 'utf8').matchAll(/require\("(\.[^"]+)"\)/g)].map(([, path = '']) => posix.join(dirname(file), path))
      expect([file, required.filter((path) => entries.includes(path))]).toEqual([file, []])
    }
  })

  test('leaves outside the archive what must lie on disk, and one native module', () => {
    const unpacked = packed().filter((file) => 'unpacked' in statFile(archive, file) && !('files' in statFile(archive, file)))
    expect(unpacked.filter((file) => file.endsWith('.node'))).toEqual([`node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`])
    expect(unpacked).toEqual(expect.arrayContaining(['node_modules/kinesis-local/main.js', 'node_modules/kinesis-local/server.json', 'out/main/capture-worker.cjs', 'out/main/search-worker.cjs']))
    for (const file of unpacked) expect(existsSync(join(`${archive}.unpacked`, file))).toBe(true)
  })

  test('has its fuses flipped', () => {
    const binary = readFileSync(join(dirname(archive), '..', 'kinescope'))
    // RunAsNode, cookie encryption, NODE_OPTIONS, --inspect, ASAR integrity, only from ASAR, (V8 snapshot,) file: privileges.
    expect(binary.subarray(binary.indexOf(sentinel) + sentinel.length + 2).toString('latin1', 0, 8)).toMatch(/^010011.0$/)
  })

  test('runs from what is in it: the browser host with the embedded Kinesis', async () => {
    const app = join(folder, 'app')
    extractAll(archive, app)
    const child = spawn(process.execPath, [join(app, 'out', 'main', 'browser.cjs'), '--no-open', '--sandbox', '--data-dir', join(folder, 'data')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let messages = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      messages += chunk
    })
    const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), once(child, 'exit')])) as [unknown]
    expect(line, messages).toMatch(/^\{"url":"http:/)
    const { url } = JSON.parse(String(line)) as { url: string }
    const entered = await fetch(url, { redirect: 'manual' })
    const page = await fetch(new URL('/', url), { headers: { cookie: entered.headers.getSetCookie()[0]?.split(';')[0] ?? '' } })
    expect(await page.text()).toContain('<title>Kinescope</title>')
    expect(messages).not.toContain('rror')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([130, null])
  })
})

const packed = () => listPackage(archive, { isPack: false }).map((path) => path.slice(1))
const built = () =>
  readdirSync('out', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath, entry.name))

/** Of @electron/fuses: what comes before a fuse wire in the runtime's binary. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** As much of an unpacked runtime as electron-builder asks for, with a fuse wire to flip. */
function placeholderRuntime(): string {
  const runtime = join(folder, 'runtime')
  for (const part of ['resources', 'locales']) mkdirSync(join(runtime, part), { recursive: true })
  writeFileSync(join(runtime, 'electron'), `placeholder ${sentinel}\u0001\u0009${'1'.repeat(9)} end`, 'latin1')
  chmodSync(join(runtime, 'electron'), 0o755)
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html']) writeFileSync(join(runtime, name), '')
  return runtime
}

const packageOf = (name: string) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')

/** What `ws` uses where someone has installed it. */
const isOptional = (name: string) => ['bufferutil', 'utf-8-validate'].includes(name)

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCapture } from '../../electron/store/capture-writer.ts'
import { type EmbeddedKinesis, startEmbedded } from '../fakes/embedded-kinesis.ts'
import { noise, range, record, shard, write, meta } from '../unit/store/records.ts'
import { pagesOf, spoil } from '../unit/store/spoil.ts'
import { builtCli, type CliSetting, type Ended, kinescope, start } from './kinescope.ts'

const folder = mkdtempSync(join(tmpdir(), 'kinescope-salvage-'))
const at = (name: string) => join(folder, name)
let kinesis: EmbeddedKinesis
let setting: CliSetting
const cli = (...args: string[]): Promise<Ended> => kinescope(args, setting)
const size = 2000

const makeCapture = (name: string, records = size): string => {
  const writer = createCapture(at(name), meta, { durable: false })
  writer.putShards([shard(0)])
  for (let from = 0; from < records; from += 1000) writer.append([write(0, range(from, Math.min(records, from + 1000)).map((n) => record(n, { data: noise(300, n) })))], [])
  writer.close()
  return at(name)
}

/** A message that says what happened and, in its second line, to salvage the file. */
const expectTold = ({ code, stdout, stderr }: Ended) => {
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^kinescope: .+\.\n {2}Salvage .+: kinescope salvage FILE --out NEW\. .+\.\n$/)
}

/** The command ends with the code and a sentence. */
const expectRefused = async (code: number, words: string, ...args: string[]) => {
  const ended = await cli('salvage', ...args)
  expect(ended).toMatchObject({ code, stdout: '' })
  expect(ended.stderr).toContain(words)
  expect(ended.stderr).toMatch(/^kinescope: .+\.\n {2}\S.+\n$/)
}

beforeAll(async () => {
  const building = builtCli()
  kinesis = await startEmbedded({ streams: 'orders:1' })
  await building
  setting = { options: ['--endpoint', kinesis.endpoint, '--data-dir', at('data')], home: folder }
}, 180_000)
afterAll(async () => {
  await kinesis.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('kinescope salvage', () => {
  it('makes a new capture of what can be read, and leaves the damaged one as it is', async () => {
    const file = makeCapture('bad-page.kinescope')
    spoil(file, pagesOf(file, 'record').slice(7, 8))
    const before = readFileSync(file)
    const ended = await cli('salvage', file, '--out', at('new.kinescope'))
    expect(ended.code).toBe(0)
    const [{ records, lost }] = ended.lines as [{ records: number; lost: number }]
    expect(ended.stdout).toBe(`{"file":${JSON.stringify(at('new.kinescope'))},"records":${records},"lost":${lost},"gaps":1}\n`)
    expect(lost).toBeGreaterThan(10)
    expect(records + lost).toBe(size)
    expect(ended.stderr).toBe(`${lost} records could not be read; where they were is told by the gaps of the new capture.\n`)
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(await cli('verify', at('new.kinescope'))).toMatchObject({ code: 0, lines: [{ ok: true, records }] })
    expect((await cli('search', at('new.kinescope'), '--count')).lines).toMatchObject([{ count: records }])
  })

  it('of a sound one makes the same', async () => {
    const file = makeCapture('sound.kinescope')
    expect(await cli('salvage', file, '--out', at('same.kinescope'))).toMatchObject({ code: 0, stderr: '', lines: [{ records: size, lost: 0, gaps: 0 }] })
    expect((await cli('search', at('same.kinescope'))).stdout).toBe((await cli('search', file)).stdout)
  })

  it('is what every command says to do with a damaged capture', async () => {
    const file = makeCapture('cut.kinescope')
    truncateSync(file, 20 * 16_384)
    const headless = makeCapture('headless.kinescope')
    spoil(headless, [1], (page) => noise(100, 1).copy(page))
    for (const damaged of [file, headless]) {
      const before = readFileSync(damaged)
      expectTold(await cli('search', damaged, 'x'))
      expectTold(await cli('export', damaged, '--format', 'ndjson', '--out', at('x.ndjson')))
      expectTold(await cli('capture', 'orders', '--out', damaged))
      expectTold(await cli('replay', damaged, '--to', 'orders', '--dry-run'))
      const verified = await cli('verify', damaged)
      expect(verified).toMatchObject({ code: 1, lines: [{ ok: false }] })
      expect(verified.stderr).toContain('\n  Salvage ')
      expect(readFileSync(damaged).equals(before)).toBe(true)
    }
    expect(existsSync(at('x.ndjson'))).toBe(false)
  })

  it('refuses what it can not salvage, with a sentence, and leaves nothing', async () => {
    const file = makeCapture('whole.kinescope')
    writeFileSync(at('notes.txt'), 'No capture at all. '.repeat(5000))
    writeFileSync(at('mine.kinescope'), 'mine')
    const before = readdirSync(folder)
    await expectRefused(1, 'is not a Kinescope capture', at('notes.txt'), '--out', at('y.kinescope'))
    await expectRefused(1, 'There is no file', at('nothing.kinescope'), '--out', at('y.kinescope'))
    await expectRefused(1, 'already a file', file, '--out', at('mine.kinescope'))
    await expectRefused(1, 'already a file', file, '--out', file)
    await expectRefused(1, 'no such file or folder', file, '--out', at('no/folder/y.kinescope'))
    await expectRefused(2, 'needs --out', file)
    // What can be read of a disk that is full is nothing new.
    const full = await kinescope(['salvage', file, '--out', at('y.kinescope')], setting, { shell: 'ulimit -f 300 && exec' })
    expect(full).toMatchObject({ code: 1, stdout: '' })
    expect(full.stderr).toMatch(/^kinescope: .+ failed: the disk .+\n {2}\S.+\n$/)
    expect(readdirSync(folder).toSorted()).toEqual(before.toSorted())
    expect(readFileSync(at('mine.kinescope'), 'utf8')).toBe('mine')
  })

  it('leaves nothing when it is interrupted', async () => {
    const file = makeCapture('large.kinescope', 60_000)
    const running = start(['salvage', file, '--out', at('z.kinescope')], setting)
    const parts = () => readdirSync(folder).filter((name) => name.endsWith('.part'))
    await expect.poll(parts, { timeout: 30_000, interval: 5 }).toHaveLength(1)
    running.child.kill('SIGINT')
    expect(await running.ended).toMatchObject({ code: 130, stdout: '', stderr: '' })
    expect(readdirSync(folder).filter((name) => name.startsWith('.kinescope-') || name.startsWith('z.'))).toEqual([])
  })
})

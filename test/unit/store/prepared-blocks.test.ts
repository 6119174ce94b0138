import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import type { NewRecord } from '../../../electron/store/capture-rows.ts'
import { createCapture } from '../../../electron/store/capture-writer.ts'
import { leavePrepared, prepareBlocks } from '../../../electron/store/prepared-blocks.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { meta, noise, range, record, shard, testFolder, write } from './fixtures.ts'

/** Records whose data lie in one memory, as a page's do, with the blocks that are prepared for them. */
const pageOf = (from: number, datas: readonly Uint8Array[]): NewRecord[] => {
  const data = new Uint8Array(datas.reduce((sum, { length }) => sum + length, 0))
  const keys = datas.map((_, at) => Buffer.from(`key-${from + at}`))
  const [dataEnds, keyEnds, sequenceEnds] = [new Uint32Array(datas.length), new Uint32Array(datas.length), new Uint32Array(datas.length)]
  let [end, text] = [0, 0]
  for (const [at, bytes] of datas.entries()) {
    data.set(bytes, end)
    dataEnds[at] = end += bytes.length
    sequenceEnds[at] = text
    keyEnds[at] = text += keys[at]?.length ?? 0
  }
  leavePrepared(data.buffer, prepareBlocks({ data: data.buffer, dataEnds, text: Buffer.concat(keys), sequenceEnds, keyEnds }))
  return datas.map(({ length }, at) => {
    const ends = dataEnds[at] ?? 0
    return record(from + at, { partitionKey: `key-${from + at}`, data: new Uint8Array(data.buffer, ends - length, length) })
  })
}

const open = (path: string) => {
  const writer = createCapture(path, meta, { durable: false })
  writer.putShards([shard(0)])
  return writer
}

test('a page that is stored as it came has the blocks that were prepared', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = open(path)
  for (const from of [0, 1000]) writer.append([write(0, pageOf(from, range(from, from + 1000).map((n) => noise(300, n))))], [])
  writer.append([write(0, range(2000, 2010).map((n) => record(n)))], [])
  writer.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: 2010 })
  using reader = openCapture(path)
  const blocks = reader.blocks()
  // Each page's last block ends with it.
  expect(blocks.map(({ lastRow }) => lastRow)).toEqual(expect.arrayContaining([1000, 2000, 2010]))
  expect(blocks.every(({ filtered, rows }) => filtered && rows <= 256)).toBe(true)
})

test('whatever of a page is stored, and in whatever company, no filter hides a record', () => {
  const folder = testFolder()
  const datas = fc.array(
    fc.oneof(
      { arbitrary: fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.nat(1000)).map(([length, seed]) => noise(length, seed)), weight: 20 },
      { arbitrary: fc.constantFrom(Buffer.alloc(0), Buffer.from('{"k":"\\u00e9\\/"}'), Buffer.from('Été ΣΊΣΥΦΟΣ'), noise(300_000, 7)), weight: 3 },
    ),
    { minLength: 1, maxLength: 120 },
  )
  let runs = 0
  fc.assert(
    fc.property(fc.array(datas, { minLength: 1, maxLength: 4 }), fc.infiniteStream(fc.nat(99)), (pages, chances) => {
      const path = join(folder, `${runs++}.kinescope`)
      const writer = open(path)
      const chance = () => chances.next().value as number
      let from = 0
      const stored = new Set<string>()
      for (const page of pages) {
        const records = pageOf(from, page)
        from += page.length
        const style = chance() % 5
        const batch = records.flatMap((each, at): NewRecord[] => {
          // A filter leaves some out, an aggregate has another text, and some were there before.
          if (style === 1 && chance() < 10) return []
          if (style === 2 && at % 40 === 3) return [{ ...each, text: `decoded text ${at}` }]
          if (style === 3 && at % 50 === 5) return [each, each]
          return [each]
        })
        if (style === 4) writer.append([write(0, records.filter((_, at) => at % 30 === 9))], [])
        const cut = chance() % 3 === 0 ? chance() % (batch.length + 1) : batch.length
        for (const part of [batch.slice(0, cut), batch.slice(cut)]) if (part.length > 0) writer.append([write(0, part)], [])
        for (const { sequenceNumber } of batch) stored.add(sequenceNumber)
      }
      writer.close()
      expect(verifyCapture(path)).toMatchObject({ ok: true, records: stored.size })
    }),
    { numRuns: 60 },
  )
})

test('records without data, which no place tells apart, are in no prepared block', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = open(path)
  // The first block has 256 rows, and is left without its first and with the next one's.
  const records = pageOf(0, range(0, 300).map((n) => (n === 0 || n === 256 ? Buffer.alloc(0) : Buffer.from('abcdefgh'))))
  writer.append([write(0, records.slice(1, 257))], [])
  writer.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: 256, problems: [] })
})

test('data that were given back before they were stored are refused, and nothing of them is stored', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = open(path)
  const records = pageOf(0, range(0, 10).map((n) => noise(100, n)))
  const [{ data }] = records as [NewRecord]
  ;(data.buffer as ArrayBuffer).transfer()
  expect(() => writer.append([write(0, records)], [])).toThrow('given back')
  writer.append([write(0, [record(20)])], [])
  writer.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: 1 })
})

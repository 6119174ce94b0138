import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCapture } from '../../electron/capture/capture-session.ts'
import { decodeRecord } from '../../electron/decode/decode-record.ts'
import { aggregate } from '../../electron/decode/kpl.ts'
import { openCapture } from '../../electron/store/capture-reader.ts'
import { verifyCapture } from '../../electron/store/verify.ts'
import { serveModel, type ModelServer } from '../fakes/kinesis-model/http-face.ts'
import { createModel } from '../fakes/kinesis-model/model.ts'
import { appendRecord } from '../fakes/kinesis-model/writing.ts'

// What producers send by mistake or to do harm, through the whole of a capture: from HTTP into the file.
const MIB = 1024 * 1024
const whole = Buffer.from(aggregate([{ partitionKey: 'inner', explicitHashKey: null, data: Buffer.from('user record') }]))
const broken = (at: number) => {
  const bytes = Buffer.from(whole)
  bytes[at] = (bytes[at] ?? 0) ^ 0xff
  return bytes
}
const gzipped = (layers: number): Buffer => {
  let data: Buffer = gzipSync(Buffer.alloc(64 * MIB))
  for (let layer = 1; layer < layers; layer++) data = gzipSync(data)
  return data
}
const bad: Record<string, Buffer> = {
  empty: Buffer.alloc(0),
  'ten MiB': randomBytes(10 * MIB - 100),
  'ten MiB of JSON': Buffer.from(JSON.stringify({ text: 'x'.repeat(10 * MIB - 200) })),
  'a gzip bomb': gzipped(1),
  'a bomb within a bomb': gzipped(6),
  'gzip that ends too early': gzipSync('a text that is longer than its compressed form '.repeat(100)).subarray(0, 60),
  'JSON 10,000 levels deep': Buffer.from(`${'['.repeat(10_000)}${']'.repeat(10_000)}`),
  'JSON that never closes': Buffer.from('{"a":'.repeat(10_000)),
  'invalid UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x80, 0x22, 0x7d]),
  'a byte order mark, NUL and half a pair': Buffer.from('\ufeff{"a":"\\ud800\u0000"}'),
  'integers past 2^53': Buffer.from('{"id":9007199254740993,"id":9007199254740994}'),
  'KPL with a wrong checksum': broken(whole.length - 1),
  'KPL with a wrong content': broken(6),
  'KPL that is cut off': whole.subarray(0, 9),
  'hostile text': Buffer.from('\u001b]0;x\u0007<script>alert(1)</script>\u202e=cmd|\'/c calc\'!A1'),
}

let server: ModelServer
let folder: string
const model = createModel({ now: Date.now, random: Math.random, hasLimits: false })
const stream = model.createStream('bad', 2)
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinescope-bad-'))
  server = await serveModel({ model })
  stream.maxRecordBytes = 10 * MIB
  for (const [at, [name, data]] of Object.entries(bad).entries()) {
    const shard = stream.shards[at % 2]
    if (shard === undefined) throw new Error('the stream has two shards')
    // Arrival stamps are not in order.
    appendRecord(shard, { partitionKey: `${name} ${'🙂'.repeat(200)}`, data }, Date.now() - ((at * 7919) % 60) * 1000)
  }
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const capture = (name: string, filter: string | null) =>
  startCapture({
    worker: new URL('../../electron/capture/capture-worker.ts', import.meta.url),
    path: join(folder, name),
    mode: 'create',
    durable: true,
    capBytes: null,
    connection: { id: 'model', kind: 'endpoint', label: 'model', environment: 'local', region: 'us-east-1', endpoint: server.endpoint, profile: null, accountId: null, readOnly: true },
    credentials: async () => ({ accessKeyId: 'bad', secretAccessKey: 'input' }),
    stream: { name: 'bad', arn: stream.arn },
    from: { type: 'TRIM_HORIZON' },
    until: { type: 'now' },
    maxRecords: null,
    filter,
    readsPerSecond: 5,
    name: null,
  }).finished

it('is stored byte for byte, in order, and can be decoded', async () => {
  expect(await capture('all.kinescope', null)).toMatchObject({ state: 'complete', failure: null, records: Object.keys(bad).length, gaps: 0 })
  const path = join(folder, 'all.kinescope')
  expect(verifyCapture(path)).toMatchObject({ ok: true })
  using reader = openCapture(path)
  const rows = reader.rows(1, reader.lastRow())
  for (const [name, data] of Object.entries(bad)) {
    const row = rows.find(({ partitionKey }) => partitionKey.startsWith(`${name} `))
    expect(row === undefined ? null : Buffer.compare(row.data, data), name).toBe(0)
    const { steps } = decodeRecord(row?.data ?? Buffer.alloc(0))
    expect(steps.length, name).toBeGreaterThan(0)
    // A bomb is not what is kept beside its record.
    expect(row?.text?.length ?? 0, name).toBeLessThanOrEqual(16 * MIB)
  }
  const failed = (name: string) => decodeRecord(bad[name] ?? Buffer.alloc(0)).steps.flatMap(({ failure }) => failure ?? [])
  expect(failed('a gzip bomb').join()).toMatch(/unpacked/)
  for (const name of ['KPL with a wrong checksum', 'KPL with a wrong content', 'KPL that is cut off']) expect(failed(name).join(), name).toMatch(/damaged/)
})

it('passes a filter as any record does', async () => {
  const last = await capture('filtered.kinescope', 'id:9007199254740993')
  expect(last).toMatchObject({ state: 'complete', records: 1, filtered: Object.keys(bad).length - 1 })
})

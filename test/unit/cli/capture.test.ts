import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Client } from '#shared/contract/contract.ts'
import type { Connection } from '#shared/model/connection.ts'
import { capture } from '../../../electron/cli/commands/capture.ts'
import { parseCommandLine } from '../../../electron/cli/command-line.ts'
import { createTerminal } from '../../../electron/cli/terminal.ts'

const reading = { state: 'reading', records: 1234, bytes: 5 * 1024 * 1024, filter: null, filtered: 0, gaps: 0, shards: [{}], firstArrival: null, lastArrival: null, recordsPerSecond: 300, millisBehind: 0, remaining: null, way: 'polling', fallback: null }

/** Runs `capture` against a backend that tells this of it. */
const running = async (args: readonly string[], ...told: object[]) => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const requests: object[] = []
  const record = (request: object) => {
    requests.push(request)
    return Promise.resolve(
      (async function* () {
        for (const one of told) yield { ...reading, ...one }
      })(),
    )
  }
  const invocation = parseCommandLine(['capture', 'orders', '--out', 'f', ...args])
  if (invocation.kind !== 'run') throw new Error('not a command')
  let now = 0
  const code = await capture({
    ...invocation,
    client: { captures: { record } } as unknown as Client,
    connection: { id: 'cli' } as Connection,
    // Each look at the clock is a minute later: no line of progress is left out.
    terminal: createTerminal(stdout, stderr, () => (now += 60_000)),
    interrupted: new AbortController().signal,
    resolvePath: (path) => `/home/me/${path}`,
  })
  return { code, request: requests[0], lines: String(stderr.read() ?? '').split('\n').slice(0, -1), result: JSON.parse(String(stdout.read() ?? 'null')) as unknown }
}

describe('kinescope capture', () => {
  it('asks for what its options say', async () => {
    const plain = await running([], { state: 'complete' })
    expect(plain.request).toMatchObject({ maxRecords: null, maxBytes: null, filter: null, capBytes: null, fanOut: false })
    const all = await running(['--max-bytes', '5MiB', '--filter', '-kind:click', '--keep-at-most', '1GiB', '--fan-out'], { state: 'complete' })
    expect(all.request).toMatchObject({ maxBytes: 5_242_880, filter: '-kind:click', capBytes: 1_073_741_824, fanOut: true })
  })

  it('refuses a ring that is smaller than one can be, before anything is asked for', async () => {
    await expect(running(['--keep-at-most', '1MiB'])).rejects.toThrow('--keep-at-most 1MiB is too little: it takes at least 16 MiB.')
  })

  it('tells how it goes: what is filtered out, how long it takes, and which way it reads', async () => {
    const { lines, result } = await running(
      [],
      {},
      { filter: 'x', filtered: 5678, gaps: 1, millisBehind: 3000, remaining: 12_000 },
      { way: 'fan-out', remaining: 0 },
      { way: 'fan-out', fallback: 'The consumer is gone.' },
      { way: 'fan-out', fallback: 'The consumer is gone.', records: 2000 },
      { state: 'complete', filtered: 7 },
    )
    expect(lines.slice(0, 6)).toEqual([
      '1,234 records, 5 MiB, 300 records/s, at the tip',
      '1,234 records, 5,678 filtered out, 5 MiB, 300 records/s, 3 s behind, 1 gap, 12 s left',
      '1,234 records, 5 MiB, 300 records/s, at the tip, 0 s left, by fan-out',
      'Shards are read by polling instead of fan-out: The consumer is gone.',
      '1,234 records, 5 MiB, 300 records/s, at the tip, by fan-out and polling',
      '2,000 records, 5 MiB, 300 records/s, at the tip, by fan-out and polling',
    ])
    expect(result).toMatchObject({ filtered: 7, state: 'complete' })
  })
})

import { expect, test } from 'vitest'
import type { ReadRank } from '#shared/model/read-use.ts'
import { ReadBudget, type ReadSeat } from '../../../electron/backend/read-budget.ts'
import type { TurnEvent } from '../../../electron/kinesis/leased-turns.ts'
import { createByteGate } from '../../../electron/kinesis/byte-gate.ts'
import { budgetFor } from '../../../electron/kinesis/governor.ts'
import { createLeasedTurns } from '../../../electron/kinesis/leased-turns.ts'
import { readShard } from '../../../electron/kinesis/shard-reader.ts'
import { scriptedKinesis, sdkError, sdkPage } from '../../fakes/scripted-kinesis.ts'
import { createVirtualClock, type VirtualClock } from '../../fakes/virtual-clock.ts'

const catalog = (kept: Record<string, unknown> = {}) => ({
  kept,
  setting: (key: string) => kept[key],
  setSetting: (key: string, value: unknown) => void (kept[key] = value),
})
const orders = { streamArn: 'arn:orders', streamName: 'orders', connectionId: 'c', endpoint: null }

/** A capture's side of the budget, whose messages come a little later, as between threads. */
const reader = (budget: ReadBudget, clock: VirtualClock, id: string, rank: ReadRank = 'screen') => {
  const seat = budget.seat(id, orders, rank, () => null)
  const tell = (event: TurnEvent) => queueMicrotask(() => seat.tell(event))
  const turns = createLeasedTurns(clock, budgetFor(2), tell)
  seat.onTurn((turn) => queueMicrotask(() => turns.dealt(turn)))
  return { seat, turns }
}

test('ten real readers on one shard never call more than twice a second between them, whoever comes and goes', async () => {
  const clock = createVirtualClock()
  const budget = new ReadBudget(catalog(), clock)
  const calls: number[] = []
  const client = scriptedKinesis(clock, {
    GetShardIterator: { ShardIterator: 'i' } as never,
    GetRecords: (_input, call) => {
      calls.push(clock.now())
      return call % 50 === 49 ? sdkError('ProvisionedThroughputExceededException') : { ...sdkPage([], 'i'), MillisBehindLatest: call % 3 }
    },
  })
  const iterate = { ...client, send: (command: { constructor: { name: string } }) => (command.constructor.name.startsWith('GetShardIterator') ? Promise.resolve({ ShardIterator: 'i' }) : client.send(command as never)) }
  const seats: ReadSeat[] = []
  const over = new AbortController()
  const read = async (n: number) => {
    await clock.sleep(n * 400, over.signal)
    const { seat, turns } = reader(budget, clock, `view ${n}`)
    seats.push(seat)
    const own = new AbortController()
    const signal = AbortSignal.any([over.signal, own.signal])
    let pages = 0
    try {
      const options = { client: iterate as never, streamArn: 'arn', shardId: 's', start: { type: 'LATEST' as const }, governor: turns, gate: createByteGate(1e8), clock, signal }
      for await (const page of readShard(options)) {
        page.permit.release()
        pages += 1
        if (n % 3 === 0 && pages === 20) own.abort(new Error('closed'))
      }
    } catch {
      seat.leave()
    }
    return pages
  }
  const readers = Array.from({ length: 10 }, (_, n) => read(n))
  await clock.sleep(10 * 60_000)
  over.abort(new Error('over'))
  const pages = await Promise.all(readers)
  budget.close()
  for (const [at, call] of calls.entries()) if (at > 0) expect(call - calls[at - 1]!).toBeGreaterThanOrEqual(500 - 1e-6)
  expect(calls.length).toBeGreaterThan(300)
  // Nobody is left out.
  expect(Math.min(...pages)).toBeGreaterThanOrEqual(19)
})

test('tells the use of each stream, and forgets a capture that has ended', async () => {
  const clock = createVirtualClock()
  const budget = new ReadBudget(catalog(), clock)
  const { seat, turns } = reader(budget, clock, 'one')
  const other = reader(budget, clock, 'two', 'background')
  await turns.call('s', new AbortController().signal)
  const watching = budget.watch()
  const { value } = await watching.next()
  expect(value).toMatchObject({ readsPerSecond: 2, streams: [{ streamName: 'orders', budget: 2, readers: [{ captureId: 'one', rank: 'screen' }, { captureId: 'two', rank: 'background' }] }] })
  seat.leave()
  other.seat.leave()
  await expect.poll(async () => (await budget.watch().next()).value?.streams).toEqual([])
  budget.close()
})

test('a setting is kept, and one that can’t be is left alone', () => {
  const clock = createVirtualClock()
  const kept = catalog()
  new ReadBudget(kept, clock).setBudget(0.5)
  expect(new ReadBudget(kept, clock).readsPerSecond).toBe(0.5)
  for (const odd of [0, 6, '3', null, Number.NaN]) expect(new ReadBudget(catalog({ 'reads-per-second': odd }), clock).readsPerSecond).toBe(2)
})

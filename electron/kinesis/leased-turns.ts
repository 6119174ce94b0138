import type { Clock } from './clock.ts'
import { createGovernor } from './governor.ts'
import type { Governor, ReadBudget } from './governor.ts'
import type { Turn } from './shared-budget.ts'

/** What a reader tells the one who deals the turns. */
export type TurnEvent =
  | { type: 'ask' | 'cancel'; turn: Turn }
  | { type: 'spent'; shardId: string; bytes: number }
  | { type: 'throttled' | 'forget'; shardId: string }

export interface LeasedTurns extends Governor {
  /** A turn has come: for whoever waits for it, else it is given back. */
  dealt(turn: Turn): void
}

/**
 * A governor whose turns are dealt elsewhere, over all readers of the process; only the bytes that this one takes
 * over all its shards are metered here; the rest of `budget` is only what is shown. `tell` carries its wishes there.
 */
export const createLeasedTurns = (clock: Pick<Clock, 'now' | 'sleep'>, budget: ReadBudget, tell: (event: TurnEvent) => void): LeasedTurns => {
  const own = createGovernor(clock, { ...budget, callsPerSecond: Number.POSITIVE_INFINITY, bytesPerSecond: Number.POSITIVE_INFINITY })
  let shown = budget
  const waiting = new Map<string, () => void>()

  const turn = (kind: Turn['kind'], shardId: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const key = `${kind} ${shardId}`
      const leave = () => {
        waiting.delete(key)
        tell({ type: 'cancel', turn: { kind, shardId } })
        reject(signal.reason as Error)
      }
      waiting.set(key, () => {
        waiting.delete(key)
        signal.removeEventListener('abort', leave)
        resolve()
      })
      signal.addEventListener('abort', leave, { once: true })
      tell({ type: 'ask', turn: { kind, shardId } })
    })

  return {
    ...own,
    async call(shardId, signal) {
      await own.call(shardId, signal)
      await turn('records', shardId, signal)
    },
    iterator: (shardId, signal) => turn('iterator', shardId, signal),
    spent(shardId, bytes) {
      own.spent(shardId, bytes)
      tell({ type: 'spent', shardId, bytes })
    },
    throttled: (shardId) => tell({ type: 'throttled', shardId }),
    forget(shardId) {
      own.forget(shardId)
      tell({ type: 'forget', shardId })
    },
    dealt({ kind, shardId }) {
      const taken = waiting.get(`${kind} ${shardId}`)
      if (taken) taken()
      else tell({ type: 'spent', shardId, bytes: 0 })
    },
    setBudget(next) {
      shown = next
    },
    get budget() {
      return shown
    },
  }
}

import { type ReadRank, type ReadUse, readsSetting } from '#shared/model/read-use.ts'
import type { TurnDealer } from '../capture/capture-session.ts'
import type { Clock } from '../kinesis/clock.ts'
import type { TurnEvent } from '../kinesis/leased-turns.ts'
import { createSharedBudget, type SharedBudget, type Turn } from '../kinesis/shared-budget.ts'
import type { Catalog } from '../store/catalog.ts'
import { Watched } from './watched.ts'

/** A capture's place at the budget of its stream. */
export interface ReadSeat extends TurnDealer {
  readonly rank: ReadRank
  setRank(rank: ReadRank): void
  leave(): void
}

/** What the status bar says of a reader's stream. */
export interface ReadSubject {
  readonly streamArn: string
  readonly streamName: string
  readonly connectionId: string | null
  /** Streams of one ARN on two servers are two streams. */
  readonly endpoint: string | null
}

const settingKey = 'reads-per-second'
/** Ms between two reports of the use. */
const reportEveryMs = 1000

/**
 * The one read budget of this process: every capture's reads are dealt here, turn by turn, whatever thread it runs
 * in. What a person has set is kept in the catalog.
 */
export class ReadBudget {
  readonly #shared: SharedBudget
  readonly #clock: Pick<Clock, 'now' | 'sleep'>
  readonly #catalog: Pick<Catalog, 'setting' | 'setSetting'>
  readonly #seats = new Map<string, { subject: ReadSubject; name: () => string | null; take: (turn: Turn) => void }>()
  readonly #watched: Watched<ReadUse>
  readonly #closed = new AbortController()
  #timer: { readonly at: number; readonly cancel: AbortController } | null = null
  #reporting = false

  constructor(catalog: Pick<Catalog, 'setting' | 'setSetting'>, clock: Pick<Clock, 'now' | 'sleep'>) {
    this.#catalog = catalog
    this.#clock = clock
    this.#shared = createSharedBudget(clock, validReads(catalog.setting(settingKey)) ?? readsSetting.usual)
    this.#watched = new Watched(this.#use())
  }

  get readsPerSecond(): number {
    return this.#shared.reads
  }

  setBudget(readsPerSecond: number): void {
    this.#shared.setReads(readsPerSecond)
    this.#catalog.setSetting(settingKey, readsPerSecond)
    this.#deal()
    this.#watched.set(this.#use())
  }

  /** A place for the capture `id`; `name` is what it is called when it is asked. */
  seat(id: string, subject: ReadSubject, rank: ReadRank, name: () => string | null): ReadSeat {
    const seat = { subject, name, take: (_turn: Turn) => {} }
    const shared = this.#shared
    const deal = () => this.#deal()
    this.#seats.set(id, seat)
    shared.join(id, `${subject.endpoint ?? ''} ${subject.streamArn}`, rank)
    void this.#report()
    return {
      get rank() {
        return rank
      },
      setRank(next) {
        rank = next
        shared.setRank(id, next)
        deal()
      },
      tell: (event) => this.#take(id, event),
      onTurn: (take) => {
        seat.take = take
      },
      leave: () => {
        if (!this.#seats.delete(id)) return
        shared.leave(id)
        deal()
        this.#watched.set(this.#use())
      },
    }
  }

  watch(signal?: AbortSignal): AsyncGenerator<ReadUse, void, void> {
    return this.#watched.watch(signal)
  }

  close(): void {
    this.#closed.abort()
    this.#timer?.cancel.abort()
    this.#watched.end()
  }

  #take(id: string, event: TurnEvent): void {
    switch (event.type) {
      case 'ask':
        this.#shared.ask(id, event.turn)
        break
      case 'cancel':
        this.#shared.cancel(id, event.turn)
        break
      case 'spent':
        this.#shared.spent(id, event.shardId, event.bytes)
        break
      case 'throttled':
        this.#shared.throttled(id, event.shardId)
        break
      case 'forget':
        this.#shared.forget(id, event.shardId)
        break
    }
    this.#deal()
  }

  #deal(): void {
    for (const { reader, kind, shardId } of this.#shared.deal()) this.#seats.get(reader)?.take({ kind, shardId })
    const wait = this.#shared.next()
    const at = wait === null ? Number.POSITIVE_INFINITY : this.#clock.now() + wait
    if (this.#closed.signal.aborted || (this.#timer !== null && this.#timer.at <= at)) return
    this.#timer?.cancel.abort()
    this.#timer = null
    if (wait === null) return
    const timer = { at, cancel: new AbortController() }
    this.#timer = timer
    void this.#dealAfter(wait, timer.cancel.signal)
  }

  async #dealAfter(wait: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(wait, signal)
    } catch {
      // An earlier one has taken its place.
      return
    }
    this.#timer = null
    this.#deal()
  }

  #use(): ReadUse {
    const streams = this.#shared.use().flatMap(({ reads, bytes, budget, disturbed, readers }) => {
      const known = readers.flatMap(({ reader, rank, reads: own, fair }) => {
        const seat = this.#seats.get(reader)
        return seat === undefined ? [] : { seat, use: { captureId: reader, name: seat.name(), rank, readsPerSecond: own, fair } }
      })
      const subject = known[0]?.seat.subject
      if (subject === undefined) return []
      const { streamArn, streamName, connectionId } = subject
      return { streamArn, streamName, connectionId, readsPerSecond: reads, bytesPerSecond: bytes, budget, disturbed, readers: known.map(({ use }) => use) }
    })
    return { readsPerSecond: this.#shared.reads, streams }
  }

  /** Tells the use once a second while anybody reads. */
  async #report(): Promise<void> {
    this.#watched.set(this.#use())
    if (this.#reporting) return
    this.#reporting = true
    try {
      while (this.#seats.size > 0) {
        await this.#clock.sleep(reportEveryMs, this.#closed.signal)
        this.#watched.set(this.#use())
      }
    } catch {
      // Closed.
    } finally {
      this.#reporting = false
    }
  }
}

/** A setting as another version may have written it. */
function validReads(value: unknown): number | null {
  return typeof value === 'number' && value >= readsSetting.least && value <= readsSetting.most ? value : null
}

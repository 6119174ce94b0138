import { once } from 'node:events'
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { event, EVENT_STREAM_TYPE, exceptionEvent } from './event-message.ts'

export interface FakeRecord {
  sequenceNumber: number
  data: string
}

/** What becomes of one SubscribeToShard call. */
export type Behaviour =
  | 'serve'
  /** ResourceInUseException as the answer. */
  | 'in-use'
  /** The same as an event of an open subscription, as when another call took it over. */
  | 'taken-over'
  | 'not-found'
  | 'access-denied'
  /** The head never comes. */
  | 'hang'
  /** The head comes, and then nothing. */
  | 'silent'
  /** The connection's stream is reset after the first event with records. */
  | 'reset'
  /** The whole connection is cut after the first event with records. */
  | 'cut'
  /** The server ends the subscription after the first event with records, as it does after five minutes. */
  | 'end'
  /** Sends the record that the position is after once more (KCL 371). */
  | 'repeat'
  /** A null continuation without children, as at a spurious end. */
  | 'odd'

export interface Subscription {
  at: number
  shardId: string
  type: string
  sequenceNumber: string | null
}

/**
 * SubscribeToShard over real HTTP/2 (h2c): pushes each record as it is put, an idle event every `heartbeat` ms, and
 * answers calls as `behaviours` says, one each, then 'serve'. A shard is a list of records with ascending numbers.
 */
export class FanOutServer implements AsyncDisposable {
  readonly subscriptions: Subscription[] = []
  readonly behaviours: Behaviour[] = []
  /** Subscriptions that are open now; more than one for a shard would be a fault of the reader. */
  readonly open = new Set<{ shardId: string; stream: ServerHttp2Stream; push: () => void }>()
  mostOpen = 0
  readonly #records: FakeRecord[] = []
  readonly #server: Http2Server
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #heartbeat: number
  #children: string[] | null = null

  private constructor(server: Http2Server, heartbeat: number) {
    this.#server = server
    this.#heartbeat = heartbeat
  }

  static async start({ heartbeat = 50 } = {}): Promise<FanOutServer> {
    const server = createServer()
    const fake = new FanOutServer(server, heartbeat)
    server.on('session', (session) => {
      fake.#sessions.add(session)
      session.on('close', () => fake.#sessions.delete(session))
      session.on('error', () => {})
    })
    server.on('stream', (stream, headers) => void fake.#answer(stream, String(headers['x-amz-target'])))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return fake
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  put(...data: string[]): void {
    for (const one of data) this.#records.push({ sequenceNumber: this.#records.length + 1, data: one })
    for (const { push } of this.open) push()
  }

  /** Closes the shard: its subscribers get the end once they have had all records. */
  end(children: string[]): void {
    this.#children = children
    for (const { push } of this.open) push()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions) session.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(stream: ServerHttp2Stream, target: string): Promise<void> {
    stream.on('error', () => {})
    let body = ''
    for await (const chunk of stream.setEncoding('utf8')) body += chunk as string
    if (!target.endsWith('.SubscribeToShard')) return this.#refuse(stream, 'UnknownOperationException')
    const { ShardId, StartingPosition } = JSON.parse(body) as { ShardId: string; StartingPosition: { Type: string; SequenceNumber?: string } }
    this.subscriptions.push({ at: performance.now(), shardId: ShardId, type: StartingPosition.Type, sequenceNumber: StartingPosition.SequenceNumber ?? null })
    const behaviour = this.behaviours.shift() ?? 'serve'
    if (behaviour === 'hang') return
    if (behaviour === 'in-use') return this.#refuse(stream, 'ResourceInUseException')
    if (behaviour === 'not-found') return this.#refuse(stream, 'ResourceNotFoundException')
    if (behaviour === 'access-denied') return this.#refuse(stream, 'AccessDeniedException')
    stream.respond({ ':status': 200, 'content-type': EVENT_STREAM_TYPE, date: new Date().toUTCString() })
    stream.write(event('initial-response', {}))
    if (behaviour === 'silent') return
    if (behaviour === 'taken-over') {
      stream.write(exceptionEvent('ResourceInUseException', 'taken over'))
      return
    }
    this.#serve(stream, ShardId, behaviour, StartingPosition)
  }

  #serve(stream: ServerHttp2Stream, shardId: string, behaviour: Behaviour, { Type, SequenceNumber = '0' }: { Type: string; SequenceNumber?: string }): void {
    let next = Type === 'LATEST' ? this.#records.length : Type.endsWith('SEQUENCE_NUMBER') ? Number(SequenceNumber) - (Type === 'AT_SEQUENCE_NUMBER' || behaviour === 'repeat' ? 1 : 0) : 0
    const push = () => {
      if (stream.destroyed || stream.closed) return
      const records = this.#records.slice(Math.max(0, next))
      next = Math.max(next, this.#records.length)
      const isEnd = this.#children !== null
      const pushed = {
        Records: records.map(({ sequenceNumber, data }) => ({
          SequenceNumber: String(sequenceNumber),
          ApproximateArrivalTimestamp: Date.now() / 1000,
          PartitionKey: 'k',
          Data: Buffer.from(data).toString('base64'),
        })),
        MillisBehindLatest: 0,
        ...(isEnd || behaviour === 'odd' ? {} : { ContinuationSequenceNumber: String(next) }),
        ...(isEnd ? { ChildShards: this.#children?.map((id) => ({ ShardId: id, ParentShards: [shardId], HashKeyRange: { StartingHashKey: '0', EndingHashKey: '9' } })) } : {}),
      }
      stream.write(event('SubscribeToShardEvent', pushed))
      if (isEnd) stream.end()
      if (records.length === 0) return
      if (behaviour === 'end') stream.end()
      if (behaviour === 'reset') setImmediate(() => stream.close(2))
      if (behaviour === 'cut') setImmediate(() => stream.session?.destroy())
    }
    const subscription = { shardId, stream, push }
    this.open.add(subscription)
    this.mostOpen = Math.max(this.mostOpen, this.open.size)
    const timer = setInterval(push, this.#heartbeat)
    stream.on('close', () => {
      clearInterval(timer)
      this.open.delete(subscription)
    })
    push()
  }

  #refuse(stream: ServerHttp2Stream, type: string): void {
    stream.respond({ ':status': 400, 'content-type': 'application/x-amz-json-1.1', date: new Date().toUTCString() })
    stream.end(JSON.stringify({ __type: type, message: `${type} (fake)` }))
  }
}

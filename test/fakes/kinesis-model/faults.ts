/** An error as the SDK throws it. */
export const serviceError = (name: string, message = `${name} (injected)`, status = 400): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: 'injected' } })

/** An error as Node's sockets throw it. */
const networkError = (code: string): Error => Object.assign(new Error(`${code} (injected)`), { code })

type Input = Record<string, unknown>

/** What becomes of one call. */
export interface Verdict {
  /** Never answered; `isDeaf`: not even when its signal is aborted. */
  hang?: { isDeaf: boolean }
  /** Thrown instead of an answer, before the server saw the call. */
  fail?: Error
  /** Thrown instead of the answer that the server gave. */
  lose?: Error
  /** Given instead of the server's answer, without asking it. */
  answer?: object
  /** Changes the server's answer. */
  alter?: (output: Input, now: number) => object
  /** Asked of the server instead of what was asked. */
  redirect?: (input: Input) => Input
  /** Of an event: the subscription is over instead. */
  isOver?: true
}

/** A fault that is on: asked at each call, it takes it or leaves it. */
interface Active {
  until: number
  left: number
  mayEnd: boolean
  judge: (operation: string, input: Input) => Verdict | null
}

/** Not an operation: an event of an open subscription, judged as an answer to its call. */
export const EVENT = 'SubscribeToShardEvent'

const reading = new Set(['GetRecords', 'GetShardIterator', 'SubscribeToShard'])

const onReads = (verdict: () => Verdict) => (operation: string) => (reading.has(operation) ? verdict() : null)
const onEvents = (verdict: () => Verdict) => (operation: string) => (operation === EVENT ? verdict() : null)
const onSubscribe = (verdict: () => Verdict) => (operation: string) => (operation === 'SubscribeToShard' ? verdict() : null)
const onRecords = (verdict: (input: Input) => Verdict) => (operation: string, input: Input) => (operation === 'GetRecords' ? verdict(input) : null)
const onAll = (verdict: () => Verdict) => (operation: string) => (operation === EVENT ? null : verdict())

/** An answer without one of its keys. */
export const without = (key: string) => (output: Input): Input => Object.fromEntries(Object.entries(output).filter(([name]) => name !== key))

/** A place that is after a record, moved to that record itself. */
const repeated = (input: Input): Input => {
  const place = input['StartingPosition'] as Input | undefined
  return place?.['Type'] === 'AFTER_SEQUENCE_NUMBER' ? { ...input, StartingPosition: { ...place, Type: 'AT_SEQUENCE_NUMBER' } } : input
}

/** By name: what it does to the calls that it takes. */
const catalogue = {
  'calls hang': onReads(() => ({ hang: { isDeaf: false } })),
  'calls hang and ignore their signal': onReads(() => ({ hang: { isDeaf: true } })),
  'half-open sockets': () => ({ hang: { isDeaf: true } }),
  'reset in mid-page': (operation) => (reading.has(operation) || operation === EVENT ? { lose: networkError('ECONNRESET') } : null),
  'nothing listens': onAll(() => ({ fail: networkError('ECONNREFUSED') })),
  'name not resolved': onAll(() => ({ fail: networkError('EAI_AGAIN') })),
  'throughput exceeded': onReads(() => ({ fail: serviceError('ProvisionedThroughputExceededException') })),
  'control plane throttled': (operation) => (reading.has(operation) || operation === EVENT ? null : { fail: serviceError('LimitExceededException') }),
  'KMS throttled': onRecords(() => ({ fail: serviceError('KMSThrottlingException') })),
  'KMS denied': onRecords(() => ({ fail: serviceError('KMSAccessDeniedException') })),
  'server errors': onAll(() => ({ fail: serviceError('InternalFailure', 'injected', 500) })),
  'a proxy answers': onAll(() => ({ fail: Object.assign(new SyntaxError('Unexpected token < in JSON'), { $metadata: { httpStatusCode: 200 } }) })),
  'clock skew refused': onAll(() => ({ fail: serviceError('RequestTimeTooSkewed', 'injected', 403) })),
  'credentials went stale': onAll(() => ({ fail: serviceError('ExpiredTokenException') })),
  '200 without keys': onRecords(() => ({ answer: {} })),
  '200 without an iterator': (operation) => (operation === 'GetShardIterator' ? { answer: {} } : null),
  'spurious null': onRecords(() => ({ alter: (output) => ({ ...without('ChildShards')(output), NextShardIterator: null }) })),
  'iterators expire': onRecords(() => ({ fail: serviceError('ExpiredIteratorException') })),
  'listing tokens expire': (operation, input) => (operation === 'ListShards' && input['NextToken'] !== undefined ? { fail: serviceError('ExpiredNextTokenException') } : null),
  'empty pages with lag': onRecords((input) => ({
    alter({ Records }, now) {
      const [first] = Records as { ApproximateArrivalTimestamp: Date }[]
      const lag = first === undefined ? 1000 : Math.max(1000, now - first.ApproximateArrivalTimestamp.getTime())
      return { Records: [], NextShardIterator: input['ShardIterator'], MillisBehindLatest: lag }
    },
  })),
  'listing fails': (operation) => (operation === 'ListShards' ? { fail: serviceError('InternalFailure', 'injected', 500) } : null),
  /** An old subscription that nobody holds lives on (flink-connector-aws 224). */
  'subscriptions refused as in use': onSubscribe(() => ({ fail: serviceError('ResourceInUseException') })),
  /** KCL 371. */
  'subscriptions repeat the last record': onSubscribe(() => ({ redirect: repeated })),
  'subscriptions end early': onEvents(() => ({ isOver: true })),
  'subscriptions cut in the middle': onEvents(() => ({ lose: networkError('ECONNRESET') })),
  'subscriptions go silent': onEvents(() => ({ hang: { isDeaf: true } })),
  'events report a server error': onEvents(() => ({ lose: serviceError('InternalFailureException', 'injected', 500) })),
  'events report KMS throttled': onEvents(() => ({ lose: serviceError('KMSThrottlingException') })),
  'events without keys': onEvents(() => ({ alter: () => ({}) })),
  'null continuation without children': onEvents(() => ({ alter: (event) => ({ ...without('ChildShards')(event), ContinuationSequenceNumber: null }) })),
} satisfies Record<string, (operation: string, input: Input) => Verdict | null>

export type FaultName = keyof typeof catalogue

export interface Faults {
  /** Until this time (ms of the virtual clock), for so many calls, for calls that `only` lets through. `mayEnd`: a reading may give up. */
  inject(name: FaultName, limits: { until?: number; times?: number; mayEnd?: boolean; only?: (input: Input) => boolean }): void
  judge(operation: string, input: Input): Verdict
  clear(): void
}

/** `onEnding` is told of each call that was taken by a fault that may end a reading. */
export const createFaults = (now: () => number, onEnding: () => void): Faults => {
  let active: Active[] = []
  return {
    inject(name, { until = Number.POSITIVE_INFINITY, times = Number.POSITIVE_INFINITY, mayEnd = false, only = () => true }) {
      const judge: Active['judge'] = catalogue[name]
      active.push({ until, left: times, mayEnd, judge: (operation, input) => (only(input) ? judge(operation, input) : null) })
    },
    judge(operation, input) {
      active = active.filter(({ until, left }) => until > now() && left > 0)
      for (const fault of active) {
        const verdict = fault.judge(operation, input)
        if (verdict === null) continue
        fault.left -= 1
        if (fault.mayEnd) onEnding()
        return verdict
      }
      return {}
    },
    clear() {
      active = []
    },
  }
}

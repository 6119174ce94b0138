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
}

/** A fault that is on: asked at each call, it takes it or leaves it. */
interface Active {
  until: number
  left: number
  mayEnd: boolean
  judge: (operation: string, input: Input) => Verdict | null
}

const reading = new Set(['GetRecords', 'GetShardIterator'])

const onReads = (verdict: () => Verdict) => (operation: string) => (reading.has(operation) ? verdict() : null)
const onRecords = (verdict: (input: Input) => Verdict) => (operation: string, input: Input) => (operation === 'GetRecords' ? verdict(input) : null)
const onAll = (verdict: () => Verdict) => () => verdict()

/** An answer without one of its keys. */
export const without = (key: string) => (output: Input): Input => Object.fromEntries(Object.entries(output).filter(([name]) => name !== key))

/** By name: what it does to the calls that it takes. */
const catalogue = {
  'calls hang': onReads(() => ({ hang: { isDeaf: false } })),
  'calls hang and ignore their signal': onReads(() => ({ hang: { isDeaf: true } })),
  'half-open sockets': onAll(() => ({ hang: { isDeaf: true } })),
  'reset in mid-page': onReads(() => ({ lose: networkError('ECONNRESET') })),
  'nothing listens': onAll(() => ({ fail: networkError('ECONNREFUSED') })),
  'name not resolved': onAll(() => ({ fail: networkError('EAI_AGAIN') })),
  'throughput exceeded': onReads(() => ({ fail: serviceError('ProvisionedThroughputExceededException') })),
  'control plane throttled': (operation) => (reading.has(operation) ? null : { fail: serviceError('LimitExceededException') }),
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

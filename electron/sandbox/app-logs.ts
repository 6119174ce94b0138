import { gzipSync } from 'node:zlib'
import { iso, type Producer, toJson } from './demo-record.ts'
import type { Random } from './random.ts'

const OWNER = '111122223333'
const LOG_GROUP = '/aws/lambda/checkout'

const line = (random: Random, now: number): string => {
  const request = random.uuid()
  return random.weighted([
    [() => `START RequestId: ${request} Version: $LATEST\n`, 4],
    [() => `END RequestId: ${request}\n`, 4],
    [() => `REPORT RequestId: ${request}\tDuration: ${random.int(300, 90_000) / 100} ms\tBilled Duration: ${random.int(4, 901)} ms\tMemory Size: 512 MB\tMax Memory Used: ${random.int(88, 301)} MB\t\n`, 4],
    [() => `${iso(now)}\t${request}\tINFO\t${toJson({ msg: 'charged', order: random.int(4001, 9999), ms: random.int(12, 900) })}\n`, 6],
    [() => `${iso(now)}\t${request}\tWARN\tretrying payment provider, attempt ${random.int(2, 4)} of 4\n`, 2],
    [() => `${iso(now)}\t${request}\tERROR\tInvoke Error\t${toJson({ errorType: 'TimeoutError', errorMessage: 'provider did not answer within 3000 ms', stack: ['TimeoutError', '    at charge (/var/task/index.mjs:41:13)'] })}\n`, 1],
  ])()
}

/** CloudWatch Logs as a subscription delivers them: gzip'd envelopes, the first one a CONTROL_MESSAGE. */
export const createAppLogs = (random: Random): Producer => {
  let sent = 0
  return (now) => {
    const isProbe = sent++ === 0
    const events = isProbe
      ? [{ id: '', timestamp: now, message: 'CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.' }]
      : Array.from({ length: random.int(2, 9) }, () => {
          const timestamp = now - random.int(50, 4000)
          // Event ids of CloudWatch Logs are 56 digits: far past 2^53, so strings.
          return { id: `3${String(timestamp)}${String(random.int(0, 999_999_999)).padStart(9, '0')}`.padEnd(56, '0'), timestamp, message: line(random, timestamp) }
        }).toSorted((a, b) => a.timestamp - b.timestamp)
    const text = toJson({
      messageType: isProbe ? 'CONTROL_MESSAGE' : 'DATA_MESSAGE',
      owner: isProbe ? 'CloudwatchLogs' : OWNER,
      logGroup: isProbe ? '' : LOG_GROUP,
      logStream: isProbe ? '' : `${iso(now).slice(0, 10).replaceAll('-', '/')}/[$LATEST]${random.hex(32)}`,
      subscriptionFilters: isProbe ? [] : ['to-kinesis'],
      logEvents: events,
    })
    return { partitionKey: random.hex(32), explicitHashKey: null, data: gzipSync(text) }
  }
}

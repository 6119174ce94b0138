import type { Connection } from '#shared/model/connection.ts'
import type { StreamDetail } from '#shared/model/stream.ts'
import { formatCount } from '../ui/format.ts'

type Writing = Pick<Connection, 'kind' | 'label' | 'readOnly'>

/** Why a stream can't be read by fan-out through this connection; null where it can. */
export function fanOutRefusal(connection: Writing | undefined): string | null {
  if (connection === undefined) return 'The connection is not here any more.'
  return connection.readOnly ? `Fan-out registers a consumer with the stream, which is a write, and ${connection.label} is read-only.` : null
}

/**
 * What reading by fan-out does and what it costs, in three sentences. Charges: aws.amazon.com/kinesis/data-streams/pricing,
 * consumer-shard hours and GB retrieved; an on-demand stream has no consumer-shard hours.
 */
export function fanOutMeaning(stream: string, connection: Pick<Connection, 'kind'> | undefined, detail: Pick<StreamDetail, 'openShards' | 'mode'> | undefined): string[] {
  const shards = detail === undefined ? '' : `, here ${formatCount(detail.openShards)} an hour,`
  const price = detail?.mode === 'ON_DEMAND' ? 'per GB' : `per consumer-shard hour${shards} and per GB`
  return [
    `Registers a consumer with ${stream}: a write, which others see.`,
    connection?.kind === 'sandbox' ? `The sandbox is free; AWS charges ${price} while it runs.` : `AWS charges ${price} while it runs.`,
    'It is removed at the end; after a crash, when Kinescope starts next.',
  ]
}

/** What reading by polling takes: of a shard's 5 reads a second for all its readers. */
export const POLLING_MEANING = 'Takes up to 4 of the 5 reads a second that a shard gives to all its readers, less while others read too. Costs nothing.'

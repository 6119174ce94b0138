import type { KinesisClient } from '@aws-sdk/client-kinesis'

/** The part of a client that this folder uses: a scripted one serves in tests. */
export type KinesisSender = Pick<KinesisClient, 'send'>

interface Metadata {
  serverDate?: number
}

const headerDate = (response: unknown): number | null => {
  const headers = (response as { headers?: Record<string, string | undefined> } | undefined)?.headers
  if (headers === undefined) return null
  const value = headers['date'] ?? headers['Date']
  const parsed = value === undefined ? Number.NaN : Date.parse(value)
  return Number.isNaN(parsed) ? null : parsed
}

/**
 * Makes the client put the `Date` header of each answer on the output's metadata. Positions in time
 * must be the server's: with a fast local clock AT_TIMESTAMP is refused as in the future, with a slow
 * one old records come again. Returns the client; doing it twice changes nothing.
 */
export const withServerDate = <C extends KinesisClient>(client: C): C => {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const date = headerDate(result.response)
      const metadata = (result.output as { $metadata?: Metadata } | undefined)?.$metadata
      if (date !== null && metadata !== undefined) metadata.serverDate = date
      return result
    },
    // The outermost of its step: the deserializer has made the output by then.
    { step: 'deserialize', priority: 'high', name: 'kinescopeServerDate', override: true },
  )
  return client
}

/** The server's time of an answer in ms (to the second, rounded down), null where it told none. */
export const serverDate = (output: unknown): number | null =>
  (output as { $metadata?: Metadata } | undefined)?.$metadata?.serverDate ?? null

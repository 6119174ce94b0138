export interface DemoStream {
  name: string
  shards: number
}

export interface DemoAccount {
  /** Twelve digits; the embedded server takes the account from the access key id. */
  id: string
  label: string
  streams: readonly DemoStream[]
}

export const DEMO_REGION = 'eu-west-1'

/** A shop, and a second account to replay its records into. The ids are the ones of AWS's own examples. */
export const demoAccounts = [
  {
    id: '111122223333',
    label: 'shop',
    streams: [
      { name: 'orders', shards: 4 },
      { name: 'clicks', shards: 8 },
      { name: 'iot-readings', shards: 2 },
      { name: 'app-logs', shards: 1 },
      { name: 'payments-kpl', shards: 2 },
    ],
  },
  {
    id: '444455556666',
    label: 'rehearsal',
    streams: [
      // Nothing is written here: it is there to be replayed into.
      { name: 'orders-copy', shards: 2 },
      { name: 'audit', shards: 1 },
    ],
  },
] as const satisfies readonly DemoAccount[]

export type DemoStreamName = (typeof demoAccounts)[number]['streams'][number]['name']

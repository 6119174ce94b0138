import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Client } from '#shared/contract/contract.ts'
import { useClient } from '../platform/client.ts'
import { createLiveStore } from './live-store.ts'
import type { Live, LiveStore } from './live-store.ts'

/** An event iterator of the contract, told once; its arguments are its key and must survive JSON. */
export interface Subscription<A, T> {
  open: (client: Client, args: A, signal: AbortSignal) => Promise<AsyncIterable<T>>
  stores: WeakMap<Client, Map<string, LiveStore<T>>>
}

export function subscription<A, T>(open: Subscription<A, T>['open']): Subscription<A, T> {
  return { open, stores: new WeakMap() }
}

const IDLE: Live<never> = { value: undefined, failure: null, state: 'connecting' }
const idle: LiveStore<never> = { get: () => IDLE, subscribe: () => () => undefined, renew: () => undefined }

/** Arguments that are remembered at most for one subscription; a store that still shows goes on. */
const KEPT = 100

function storeOf<A, T>(subscription: Subscription<A, T>, client: Client, key: string): LiveStore<T> {
  let stores = subscription.stores.get(client)
  if (stores === undefined) subscription.stores.set(client, (stores = new Map()))
  let store = stores.get(key)
  if (store === undefined) {
    store = createLiveStore((signal) => subscription.open(client, JSON.parse(key) as A, signal))
    stores.set(key, store)
    const oldest = stores.keys().next().value
    if (stores.size > KEPT && oldest !== undefined) stores.delete(oldest)
  }
  return store
}

/**
 * The last value of an event iterator. Components that ask for the same share one
 * subscription; it ends when the last of them unmounts and is renewed after a reconnect.
 * Null arguments subscribe to nothing. When `goesOn` becomes true, one that has ended is asked for again.
 */
export function useSubscription<A, T>(subscription: Subscription<A, T>, args: A | null, goesOn = false): Live<T> {
  const client = useClient()
  const key = args === null ? null : JSON.stringify(args)
  const store = useMemo((): LiveStore<T> => (key === null ? idle : storeOf(subscription, client, key)), [subscription, client, key])
  const subscribe = useCallback((changed: () => void) => store.subscribe(changed), [store])
  useEffect(() => {
    if (goesOn) store.renew()
  }, [goesOn, store])
  return useSyncExternalStore(subscribe, store.get)
}

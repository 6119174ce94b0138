import { createContext, use } from 'react'
import type { Client } from '#shared/contract/contract.ts'

const ClientContext = createContext<Client | null>(null)

/** Gives the client to everything below it; tests pass a fake. */
export const ClientProvider = ClientContext.Provider

/** The backend's contract, typed; every call may throw a `KinescopeError`. */
export function useClient(): Client {
  const client = use(ClientContext)
  if (!client) throw new Error('useClient is only for what stands below ClientProvider.')
  return client
}

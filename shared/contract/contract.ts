import type { ContractRouterClient } from '@orpc/contract'
import { captures } from './captures.ts'
import { connections } from './connections.ts'
import { host } from './host.ts'
import { reads } from './reads.ts'
import { records } from './records.ts'
import { replays } from './replays.ts'
import { streams } from './streams.ts'

/** The one list of what the backend does, under every host and over every transport. */
export const contract = { host, connections, streams, captures, reads, records, replays }
export type Contract = typeof contract
export type Client = ContractRouterClient<Contract>

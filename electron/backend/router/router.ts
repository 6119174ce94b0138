import { api } from './implementer.ts'
import { captures } from './captures.ts'
import { connections } from './connections.ts'
import { host } from './host.ts'
import { reads } from './reads.ts'
import { records } from './records.ts'
import { replays } from './replays.ts'
import { streams } from './streams.ts'

/** The backend's side of the contract; a procedure that is missing here fails the type check. */
export const router = api.router({ host, connections, streams, captures, reads, records, replays })

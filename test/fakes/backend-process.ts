import { createBackend } from '../../electron/backend/create-backend.ts'
import { headlessHost } from '../../electron/backend/host-services.ts'
import { sourceWorkers } from './source-workers.ts'

/**
 * A Kinescope in a process of its own, to be killed: keeps one view on a stream and opens a second one that it does not keep,
 * tells of both in a line of JSON, and reads on until it is killed, or closes on SIGTERM. Arguments: data folder, endpoint, stream.
 */
const [dataDir = '', endpoint = '', stream = ''] = process.argv.slice(2)
const backend = createBackend({ dataDir, host: headlessHost('test', '0.0.0'), workers: sourceWorkers, env: { HOME: dataDir, PATH: process.env['PATH'] } })
const { client } = backend
process.on('SIGTERM', () => void backend.close().then(() => process.exit()))
const { id: connectionId } = await client.connections.add({ kind: 'endpoint', label: 'local', endpoint, region: 'us-east-1', accountId: null })
const from = { type: 'TRIM_HORIZON' } as const
const first = await client.captures.openView({ connectionId, stream, from })
const kept = await client.captures.keep({ id: first.id, name: 'incident' })
const view = await client.captures.openView({ connectionId, stream, from })
for await (const { records } of await client.captures.watch({ id: kept.id })) if (records > 0) break
console.log(JSON.stringify({ kept: { id: kept.id, path: kept.path }, view: { id: view.id, path: view.path } }))

import { parentPort } from 'node:worker_threads'

// A fetching thread that dies of its first call.
parentPort?.on('message', () => process.exit(3))
parentPort?.postMessage({ type: 'ready' })

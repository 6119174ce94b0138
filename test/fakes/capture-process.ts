import { startCapture } from '../../electron/capture/capture-session.ts'
import type { CaptureOptions } from '../../electron/capture/capture-session.ts'

/**
 * A capture in a process of its own, to be killed: options as JSON in the first argument, and in the second the worker
 * if it is not the source's. A line of JSON on stdout for each change of the counters, the last one with `final`.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as Omit<CaptureOptions, 'worker' | 'credentials'>
const worker = process.argv[3]
const began = performance.now()
const session = startCapture({
  ...options,
  worker: worker === undefined ? new URL('../../electron/capture/capture-worker.ts', import.meta.url) : new URL(worker),
  credentials: async () => ({ accessKeyId: '000000000000', secretAccessKey: 'placeholder' }),
})
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
session.subscribe(({ state, records }) => print({ state, records, sinceStart: performance.now() - began }))
process.on('SIGINT', () => void session.stop())
const { state, records, failure } = await session.finished
print({ final: true, state, records, failure })

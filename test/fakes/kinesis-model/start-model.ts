import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { CannedOptions } from './canned.ts'

export interface StartModelOptions {
  streams?: { name: string; shards: number }[]
  /** A pre-encoded stream beside them: the load side of benchmarks. */
  canned?: Omit<CannedOptions, 'data'> | null
  /** Whether shards throttle as at AWS; a canned stream never does. */
  hasLimits?: boolean
  /** Ms that CreateStream, DeleteStream and reshards take. */
  controlDelay?: number
  shardsPerPage?: number
}

export interface RunningModel extends AsyncDisposable {
  endpoint: string
  region: string
  /** Of the canned stream. */
  stream: { name: string; arn: string }
  /** Process id of the server, for who measures it. */
  pid: number
  stop(): Promise<void>
}

/** For `canned`: `shards` shards that hold so many records each, at their tip after the last one. */
export const cannedStream = (options: Omit<CannedOptions, 'data'>): Omit<CannedOptions, 'data'> => options

/** Starts a model of Kinesis behind HTTP in a process of its own; it dies with this one. Any credentials will do. */
export const startModel = async (options: StartModelOptions = {}): Promise<RunningModel> => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('model-process.ts', import.meta.url)), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const first = await Promise.race([once(lines, 'line') as Promise<[string]>, exited.then(() => null)])
  if (first === null) throw new Error('the model of Kinesis ended while starting')
  const { endpoint } = JSON.parse(first[0]) as { endpoint: string }
  const name = options.canned?.name ?? 'canned'
  const stop = async () => {
    child.kill()
    await exited
  }
  return {
    endpoint,
    region: 'us-east-1',
    stream: { name, arn: `arn:aws:kinesis:us-east-1:000000000000:stream/${name}` },
    pid: child.pid ?? 0,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

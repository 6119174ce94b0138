import type { KinesisSender } from '../../../electron/kinesis/server-date.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import type { Faults } from './faults.ts'
import { serviceError } from './faults.ts'
import type { KinesisModel } from './model.ts'
import type { Chance } from './random.ts'
import { ModelError } from './state.ts'

export interface ModelClientOptions {
  model: KinesisModel
  clock: VirtualClock
  faults: Faults
  chance: Chance
  /** Longest way there and back, ms. */
  latency: number
  /** Records of a page at most, asked at each call; null: as many as are asked for. */
  pageLimit: () => number | null
  /** What ends or alters the last page of a shard, for servers that leave keys out. */
  atEnd: (output: Record<string, unknown>) => object
}

export interface ModelClient extends KinesisSender {
  /** Called with each answer that arrived. */
  onAnswer: (operation: string, input: Record<string, unknown>) => void
}

const never = (signal: AbortSignal | undefined, isDeaf: boolean): Promise<never> =>
  new Promise((_, reject) => {
    if (!isDeaf) signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })

/** The model in the shape of the SDK's client, on the virtual clock: no bytes are encoded on the way. */
export const modelClient = ({ model, clock, faults, chance, latency, pageLimit, atEnd }: ModelClientOptions): ModelClient => {
  const ask = (operation: string, input: Record<string, unknown>): Record<string, unknown> => {
    try {
      const limit = operation === 'GetRecords' && input['Limit'] === undefined ? pageLimit() : null
      const output = model.handle(operation, limit === null ? input : { ...input, Limit: limit }) as Record<string, unknown>
      return output['NextShardIterator'] === null ? (atEnd(output) as Record<string, unknown>) : output
    } catch (error) {
      throw error instanceof ModelError ? serviceError(error.name, error.message, error.status) : error
    }
  }
  const client = {
    onAnswer: (_operation: string, _input: Record<string, unknown>) => {},
    async send(command: { constructor: { name: string }; input: Record<string, unknown> }, { abortSignal }: { abortSignal?: AbortSignal } = {}): Promise<object> {
      const operation = command.constructor.name.replace(/Command$/, '')
      const { input } = command
      abortSignal?.throwIfAborted()
      await clock.sleep(chance.next() * latency, abortSignal)
      const { hang, fail, lose, answer, alter } = faults.judge(operation, input)
      if (hang !== undefined) return never(abortSignal, hang.isDeaf)
      if (fail !== undefined) throw fail
      const told = answer ?? ask(operation, input)
      const output = alter === undefined ? told : alter(told as Record<string, unknown>, model.now())
      const serverDate = Math.floor(model.now() / 1000) * 1000
      if (latency > 0 && chance.isTrue(0.2)) await clock.sleep(chance.next() * latency, abortSignal)
      if (lose !== undefined) throw lose
      client.onAnswer(operation, input)
      return { $metadata: { serverDate }, ...output }
    },
  }
  return client as ModelClient
}

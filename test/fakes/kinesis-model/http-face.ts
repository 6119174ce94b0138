import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CANNED_ITERATOR } from './canned.ts'
import type { CannedStream } from './canned.ts'
import type { KinesisModel } from './model.ts'
import { invalidArgument, ModelError } from './state.ts'
import { serveSubscription } from './subscription-face.ts'
import { fromWire, toWire } from './wire.ts'

const JSON_TYPE = 'application/x-amz-json-1.1'

const bodyOf = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

const isOfCanned = ({ name, arn }: CannedStream, input: Record<string, unknown>) =>
  input['StreamARN'] === arn || input['StreamName'] === name || String(input['ShardIterator']).startsWith(CANNED_ITERATOR)

/** Null where the canned stream does not answer this. */
const fromCanned = (canned: CannedStream, operation: string, input: Record<string, unknown>): Buffer | object | null => {
  if (!isOfCanned(canned, input)) return null
  switch (operation) {
    case 'GetRecords': {
      const [, shard = Number.NaN, from = Number.NaN] = String(input['ShardIterator']).split('/').map(Number)
      if (!(shard >= 0 && shard < canned.options.shards && from >= 0)) throw invalidArgument('Invalid ShardIterator.')
      return canned.page(shard, from, Number(input['Limit'] ?? 10_000)).body
    }
    case 'GetShardIterator': {
      const shard = Number(String(input['ShardId']).slice(-12))
      const after = input['StartingSequenceNumber']
      const type = input['ShardIteratorType']
      const from = typeof after === 'string' ? canned.placeOf(after) + (type === 'AFTER_SEQUENCE_NUMBER' ? 1 : 0) : type === 'LATEST' ? canned.options.recordsPerShard : 0
      return { ShardIterator: `${CANNED_ITERATOR}/${shard}/${from}` }
    }
    case 'ListShards':
      return canned.listing()
    case 'DescribeStreamSummary':
      return canned.summary()
    case 'ListStreams':
      return { StreamNames: [canned.name], HasMoreStreams: false }
    default:
      throw new ModelError('UnknownOperationException', `The canned stream does not know ${operation}.`)
  }
}

export interface ModelServer {
  endpoint: string
  stop(): Promise<void>
}

/** What is put between a request and its answer: false keeps the answer back, for calls that hang or connections that break. */
export type Interference = (operation: string, input: Record<string, unknown>, response: ServerResponse) => boolean

export interface ServerOptions {
  model: KinesisModel
  canned?: CannedStream | null
  interfere?: Interference
}

/** Serves a model over HTTP on 127.0.0.1. Signatures are not looked at. */
export const serveModel = async ({ model, canned = null, interfere = () => true }: ServerOptions): Promise<ModelServer> => {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? ''
    let body: Buffer
    try {
      const input = fromWire(await bodyOf(request)) as Record<string, unknown>
      if (!interfere(operation, input, response)) return
      if (operation === 'SubscribeToShard') {
        serveSubscription(response, model.subscribe(input), () => model.now())
        return
      }
      const output = (canned === null ? null : fromCanned(canned, operation, input)) ?? model.handle(operation, input)
      body = Buffer.isBuffer(output) ? output : Buffer.from(JSON.stringify(toWire(output)))
    } catch (error) {
      const known = error instanceof ModelError ? error : new ModelError('InternalFailure', error instanceof Error ? error.message : 'failed', 500)
      response.statusCode = known.status
      response.setHeader('x-amzn-errortype', known.name)
      body = Buffer.from(JSON.stringify({ __type: known.name, message: known.message }))
    }
    response.setHeader('content-type', JSON_TYPE)
    response.setHeader('content-length', body.length)
    response.setHeader('x-amzn-requestid', crypto.randomUUID())
    // The server's clock is the model's.
    response.setHeader('date', new Date(model.now()).toUTCString())
    response.end(body)
  }
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

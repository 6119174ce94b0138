import { KinesisClient } from '@aws-sdk/client-kinesis'
import type { AwsCredentialIdentityProvider } from '@aws-sdk/types'
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler'
import { checkEndpoint, checkRegion } from './endpoint.ts'
import { refuseWrites } from './write-guard.ts'

/** Deadlines in ms. The readers set tighter ones per call; these hold where nobody did. */
const CONNECT = 5000
/** From the start of a request to the head of its answer, for a request of no size. */
const ANSWER = 35_000
/** Without a byte in either direction, also in the middle of an answer's body. */
const IDLE = 30_000
/** The slowest upload that is waited for, bytes per ms: a full PutRecords of 10 MiB gets 160 s more. */
const SLOWEST_UPLOAD = 64

/** Longer than a subscription lives: its reader ends it before, and notices silence by itself. */
const SUBSCRIPTION = 330_000

/** One socket per shard that is read at a time, with room for the control plane beside them. */
const SOCKETS = 256

export interface KinesisClientOptions {
  region: string
  /** Null: AWS's own endpoint of the region. */
  endpoint: string | null
  /** The one explicit provider that this client is bound to; the environment is never asked. */
  credentials: AwsCredentialIdentityProvider
  /** Refuse write operations before anything is sent. */
  readOnly: boolean
  /** Tries per call, 1 by default: readers and producers retry themselves, with their own patience. More is for single control-plane calls. */
  maxAttempts?: number
  /** `http2`: for SubscribeToShard, which AWS answers over HTTP/2 only. */
  transport?: 'http1' | 'http2'
}

class DeadlineHandler extends NodeHttpHandler {
  override handle(...[request, options = {}]: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    const size = Number(request.headers['content-length'] ?? 0)
    const requestTimeout = options.requestTimeout ?? ANSWER + size / SLOWEST_UPLOAD
    return super.handle(request, { ...options, requestTimeout })
  }
}

const http1Handler = (): NodeHttpHandler =>
  new DeadlineHandler({
    connectionTimeout: CONNECT,
    requestTimeout: ANSWER,
    throwOnRequestTimeout: true,
    socketTimeout: IDLE,
    httpAgent: { keepAlive: true, maxSockets: SOCKETS },
    httpsAgent: { keepAlive: true, maxSockets: SOCKETS },
    logger: silent,
  })

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/**
 * The only place where Kinesis clients are made. HTTP/1.1 with keep-alive, because the SDK's HTTP/2
 * sessions can hang for good (aws-sdk-js-v3 3809, 8279), every call under deadlines (a TimeoutError), and no
 * setting taken from the environment: an AWS_ENDPOINT_URL that is set by chance must not send a
 * connection's records elsewhere.
 * The exception is `http2`, for subscriptions: each has a session of its own and a reader that notices silence.
 *
 * Throws `invalid-argument` where the endpoint or the region cannot be used. The caller destroys the client.
 */
export const createKinesisClient = ({ region, endpoint, credentials, readOnly, maxAttempts = 1, transport = 'http1' }: KinesisClientOptions): KinesisClient => {
  checkRegion(region)
  const client = new KinesisClient({
    region,
    ...(endpoint === null ? { ignoreConfiguredEndpointUrls: true } : { endpoint: checkEndpoint(endpoint).href }),
    credentials,
    maxAttempts,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    customUserAgent: 'kinescope',
    logger: silent,
    requestHandler: transport === 'http2' ? new NodeHttp2Handler({ sessionTimeout: SUBSCRIPTION }) : http1Handler(),
  })
  // It makes a second copy of every answer, record by record, with what is sensitive left out, for a log that nobody keeps.
  client.middlewareStack.remove('loggerMiddleware')
  if (readOnly) refuseWrites(client)
  return client
}

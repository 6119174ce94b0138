/** A stream as a capture or a connection knows it. A null endpoint is AWS's own. */
export interface StreamPlace {
  readonly endpoint: string | null
  readonly arn: string
}

/**
 * Whether two places are one stream, whatever the spelling: AWS's endpoints differ by region,
 * FIPS, dual stack and VPC but lead to the same streams; a local server answers to every
 * loopback name. In doubt the answer is yes, as it guards against writing into the source.
 */
export function isSameStream(a: StreamPlace, b: StreamPlace): boolean {
  return normalEndpoint(a.endpoint) === normalEndpoint(b.endpoint) && normalArn(a.arn) === normalArn(b.arn)
}

function normalEndpoint(endpoint: string | null): string {
  const url = endpoint === null ? null : URL.parse(endpoint)
  if (url === null) return endpoint === null || endpoint === '' ? 'aws' : endpoint
  const host = url.hostname.replace(/\.$/, '')
  if (/(^|\.)(amazonaws\.com(\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)$/.test(host)) return 'aws'
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\])$/.test(host)
  return `${loopback ? 'loopback' : host}:${port}`
}

/** Region, account and name; the partition follows from the region, and hand-written ARNs get it wrong. */
function normalArn(arn: string): string {
  const [scheme, , , region = '', account = '', ...resource] = arn.trim().split(':')
  return scheme?.toLowerCase() === 'arn' ? `${region.toLowerCase()}:${account}:${resource.join(':')}` : arn
}

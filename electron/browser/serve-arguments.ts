import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { NewConnection } from '#shared/model/connection.ts'
import { KinescopeError } from '#shared/model/error.ts'

export interface ServeArguments {
  /** 0 for any free one. */
  readonly port: number
  readonly opensBrowser: boolean
  readonly opensSandbox: boolean
  readonly dataDir: string | null
  /** The account that the common options describe, to be found among the connections; null where they describe none. */
  readonly connection: NewConnection | null
  /** Why the browser and not the desktop, where `npm start` chose; null when `serve` was asked for. */
  readonly reason: string | null
  readonly wantsHelp: boolean
}

export const serveUsage = `Usage: npm run -s kinescope -- serve [--port N] [--no-open] [--sandbox] [options]

Shows the console in a browser on this machine. The first line printed is {"url":"…"}.

  --port N        listen on this port of 127.0.0.1 (default: any free one)
  --no-open       don't open a browser
  --sandbox       start the embedded Kinesis with its demo traffic
  --data-dir DIR  where captures and settings are kept (default: KINESCOPE_DATA_DIR, else the system's place for data)

An account to have among the connections:
  --profile NAME  a profile of ~/.aws
  --endpoint URL  Kinesis at another address, with --account ID for an account of an embedded server
  --region REGION its region
`

/** @throws KinescopeError `invalid-argument` */
export function parseServeArguments(args: readonly string[]): ServeArguments {
  const { values } = parse(args)
  const dataDir = values['data-dir']
  if (dataDir === '') throw new KinescopeError('invalid-argument', '--data-dir needs a folder.', { action: 'Give one, as in --data-dir ./data.' })
  return {
    port: portOf(values.port),
    opensBrowser: values['no-open'] !== true,
    opensSandbox: values.sandbox === true,
    dataDir: dataDir === undefined ? null : resolve(dataDir),
    connection: connectionOf(values),
    reason: values.reason ?? null,
    wantsHelp: values.help === true,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
        sandbox: { type: 'boolean' },
        'data-dir': { type: 'string' },
        profile: { type: 'string' },
        region: { type: 'string' },
        endpoint: { type: 'string' },
        account: { type: 'string' },
        reason: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (cause) {
    const message = (cause as Error).message.replace(/\.? To specify a positional argument.*$/s, '')
    throw new KinescopeError('invalid-argument', `${message.replace(/\.$/, '')}.`, { action: 'See "serve --help".', cause })
  }
}

/** What emulators take for granted. */
const localRegion = 'us-east-1'

function connectionOf({ profile, region, endpoint, account }: Partial<Record<'profile' | 'region' | 'endpoint' | 'account', string>>): NewConnection | null {
  if (endpoint !== undefined) {
    return checked({ kind: 'endpoint', label: URL.parse(endpoint)?.host ?? endpoint, endpoint, region: region ?? localRegion, accountId: account ?? null })
  }
  if (account !== undefined) {
    throw new KinescopeError('invalid-argument', '--account chooses among the accounts of an embedded server.', { action: 'Give its --endpoint too.' })
  }
  if (profile === undefined && region === undefined) return null
  return checked({ kind: 'profile', profile: profile ?? 'default', region: region ?? null })
}

function checked(connection: NewConnection): NewConnection {
  const { error } = NewConnection.safeParse(connection)
  if (error === undefined) return connection
  const option = String(error.issues[0]?.path[0]).replace('accountId', 'account')
  throw new KinescopeError('invalid-argument', `--${option} can't be used as it is given.`, { action: 'See "serve --help".' })
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new KinescopeError('invalid-argument', `--port ${JSON.stringify(text)} is no port.`, { action: 'Give a number from 0 to 65535.' })
  }
  return port
}

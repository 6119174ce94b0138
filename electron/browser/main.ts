// The browser host: the console on 127.0.0.1, for machines without a display or an Electron runtime.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '#shared/contract/contract.ts'
import type { NewConnection } from '#shared/model/connection.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { createBackend } from '../backend/create-backend.ts'
import { defaultDataDir } from '../backend/data-dir.ts'
import { platformName, type HostServices } from '../backend/host-services.ts'
import { workersBeside } from '../backend/worker-urls.ts'
import { startBrowserHost } from './browser-host.ts'
import { openInBrowser } from './open-browser.ts'
import { parseServeArguments, serveUsage, type ServeArguments } from './serve-arguments.ts'

/** Built, this module stands in `out/main`: the workers beside it, the page next door, package.json at the top. */
const here = import.meta.dirname
const { version } = JSON.parse(readFileSync(join(here, '..', '..', 'package.json'), 'utf8')) as { version: string }

main().catch((error: unknown) => {
  complain(error)
  process.exit(error instanceof KinescopeError && error.code === 'invalid-argument' ? 2 : 1)
})

async function main(): Promise<void> {
  const args = parseServeArguments(process.argv.slice(2))
  if (args.wantsHelp) process.stdout.write(serveUsage)
  else await serve(args)
}

async function serve(args: ServeArguments): Promise<void> {
  const backend = createBackend({
    dataDir: args.dataDir ?? defaultDataDir(process.env),
    host: browserServices(args.reason),
    workers: workersBeside(here),
    env: process.env,
    log: (line) => console.error(line),
  })
  const host = await startBrowserHost(backend, args.port, join(here, '..', 'renderer')).catch(async (error: unknown) => {
    await backend.close()
    throw error
  })
  endOnSignal(async () => {
    await host.close()
    await backend.close()
  })
  if (args.connection !== null) await haveConnection(backend.client, args.connection).catch(complain)
  if (args.opensSandbox) await backend.client.connections.openSandbox().catch(complain)
  greet(args, host.freshLink())
  if (args.opensBrowser) await openInBrowser(host.freshLink())
  if (process.stdin.isTTY) {
    process.stdin.unref().on('data', () => console.error(`A new link, good for one browser: ${host.freshLink()}`))
  }
}

/** Adds a connection as a person would, unless it is there from another start. */
async function haveConnection(client: Client, wanted: NewConnection): Promise<void> {
  const isThere = (await client.connections.list()).some(
    (known) =>
      known.kind === wanted.kind &&
      (wanted.region === null || known.region === wanted.region) &&
      (wanted.kind === 'profile' ? known.profile === wanted.profile : known.endpoint === wanted.endpoint && known.accountId === wanted.accountId),
  )
  if (!isThere) await client.connections.add(wanted)
}

/** The link goes to standard output: as JSON for `serve`, which scripts read, and in words for `npm start`. */
function greet({ reason }: ServeArguments, link: string): void {
  if (reason === null) console.log(JSON.stringify({ url: link }))
  else console.log(`${reason}\nKinescope is at ${link}`)
  console.error('The link lets one browser in. Enter prints a new one, Ctrl-C ends Kinescope.')
}

function browserServices(reason: string | null): HostServices {
  return {
    capabilities: {
      host: 'browser',
      version,
      platform: platformName(),
      reason: reason ?? 'The browser shows the console, because "serve" was asked for.',
      fileDialogs: false,
      notifications: false,
      safeKeys: false,
    },
    async openLink(url) {
      if (await openInBrowser(url.href)) return
      throw new KinescopeError('internal', 'There is no browser to open on the machine where Kinescope runs.', { action: `Open ${url.href} yourself.` })
    },
    pickCapture: () => Promise.resolve(null),
    pickSavePath: () => Promise.resolve(null),
  }
}

/**
 * Ends cleanly on Ctrl-C and SIGTERM, with the exit codes that shells give them. One Ctrl-C comes twice under npm, from
 * the terminal and from npm itself; one that comes later means: now.
 */
function endOnSignal(close: () => Promise<void>): void {
  let asked: number | null = null
  const end = (code: number) => {
    if (asked !== null && performance.now() - asked < 1000) return
    if (asked !== null) process.exit(code)
    asked = performance.now()
    close().catch(complain).finally(() => process.exit(code))
  }
  process.on('SIGINT', () => end(130))
  process.on('SIGTERM', () => end(143))
  process.on('SIGHUP', () => end(129))
}

function complain(error: unknown): void {
  if (!(error instanceof KinescopeError)) return console.error(error)
  console.error(`${error.message}${error.failure.action === null ? '' : ` ${error.failure.action}`}`)
}

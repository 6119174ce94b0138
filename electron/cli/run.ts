import { isAbsolute, resolve } from 'node:path'
import type { Client } from '#shared/contract/contract.ts'
import { failureOf } from '#shared/contract/failure-of.ts'
import type { Connection } from '#shared/model/connection.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { type Invocation, type Options, parseCommandLine } from './command-line.ts'
import type { Command } from './command.ts'
import { capture } from './commands/capture.ts'
import { exportTo } from './commands/export.ts'
import { importFrom } from './commands/import.ts'
import { replay } from './commands/replay.ts'
import { salvage } from './commands/salvage.ts'
import { search } from './commands/search.ts'
import { streams } from './commands/streams.ts'
import { tail } from './commands/tail.ts'
import { verify } from './commands/verify.ts'
import { exitCode, exitCodeOf } from './exit-code.ts'
import type { Terminal } from './terminal.ts'
import { type CommandName, usageText } from './usage.ts'

/** The world that a command line runs in. */
export interface World {
  readonly terminal: Terminal
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly interrupted: AbortSignal
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  readonly version: string
  readonly writeUsage: (text: string) => void
  /** The connection that the common options describe. */
  readonly connection: (options: Options, arn: string | null) => Promise<Connection>
  /** Opens the backend; the connection is null for commands that work on files alone. */
  readonly openBackend: (dataDir: string | null, connection: Connection | null) => Promise<{ client: Client; close(): Promise<void> }>
}

const commands: Record<Exclude<CommandName, 'serve'>, Command> = {
  streams,
  capture,
  tail,
  search,
  replay,
  export: exportTo,
  import: importFrom,
  verify,
  salvage,
}
/** The option or argument that names the stream of a command that needs a connection; '' where there is none. */
const connecting = new Map<CommandName, (run: Run) => string>([
  ['streams', () => ''],
  ['capture', ({ positionals }) => positionals[0] ?? ''],
  ['tail', ({ positionals }) => positionals[0] ?? ''],
  ['replay', ({ options }) => options.to ?? ''],
])
type Run = Extract<Invocation, { kind: 'run' }>

/** Runs a command line to its end. Never throws; what went wrong is on standard error. */
export async function run(args: readonly string[], world: World): Promise<number> {
  const { terminal, interrupted } = world
  let code: number
  try {
    const invocation = parseCommandLine(args)
    code = invocation.kind === 'run' ? await runCommand(invocation, world) : tell(invocation, world)
  } catch (error) {
    code = report(error, world)
  }
  await terminal.flush()
  if (interrupted.aborted) return exitCode.interrupted
  return terminal.closed.aborted ? exitCode.done : code
}

async function runCommand(invocation: Run, world: World): Promise<number> {
  const { command, options, positionals } = invocation
  if (command === 'serve') {
    throw new KinescopeError('invalid-argument', '"serve" is a host of its own, which this file does not hold.', {
      action: 'Start it with: npm run -s kinescope -- serve',
    })
  }
  const { terminal, env, cwd } = world
  const stream = connecting.get(command)?.(invocation)
  const arn = stream !== undefined && /^arn:/i.test(stream) ? stream : null
  const connection = stream === undefined ? null : await world.connection(options, arn)
  const base = baseDirectory(env, cwd)
  const resolvePath = (path: string) => (isAbsolute(path) ? path : resolve(base, path))
  const dataDir = options['data-dir'] === undefined ? null : resolvePath(options['data-dir'])
  const backend = await world.openBackend(dataDir, connection)
  try {
    const interrupted = AbortSignal.any([world.interrupted, terminal.closed])
    return await commands[command]({ client: backend.client, connection, positionals, options, terminal, interrupted, resolvePath })
  } finally {
    await backend.close()
  }
}

/** npm runs scripts in the project's folder, whatever folder the person stands in. */
function baseDirectory(env: NodeJS.ProcessEnv, cwd: string): string {
  const startedIn = env['INIT_CWD']
  return env['npm_lifecycle_event'] === 'kinescope' && startedIn !== undefined && startedIn !== '' ? startedIn : cwd
}

function tell(invocation: Exclude<Invocation, Run>, { writeUsage, version }: World): number {
  writeUsage(invocation.kind === 'version' ? `${version}\n` : usageText(invocation.command))
  return exitCode.done
}

function report(error: unknown, { terminal, interrupted }: World): number {
  const failure = failureOf(error)
  const isOver = interrupted.aborted || terminal.closed.aborted
  if (isOver && (failure.code === 'cancelled' || isAbort(error))) return exitCode.interrupted
  const place = failure.position === null ? '' : ` It is at character ${failure.position + 1} of the query.`
  terminal.note(`kinescope: ${failure.message}${place}`)
  if (failure.action !== null) terminal.note(`  ${failure.action}`)
  if (failure.requestId !== null) terminal.note(`  AWS request id: ${failure.requestId}`)
  return exitCodeOf(failure.code)
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

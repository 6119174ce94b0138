import type { Client } from '#shared/contract/contract.ts'
import type { Connection } from '#shared/model/connection.ts'
import type { Options } from './command-line.ts'
import type { Terminal } from './terminal.ts'

/** What a command works with. */
export interface CommandContext {
  readonly client: Client
  /** Where the common options lead; null for commands that work on files alone. */
  readonly connection: Connection | null
  readonly positionals: readonly string[]
  readonly options: Options
  readonly terminal: Terminal
  /** Aborted by Ctrl-C, by SIGTERM, and when nobody reads the results any more. */
  readonly interrupted: AbortSignal
  /** A path of the command line, absolute. */
  readonly resolvePath: (path: string) => string
}

/** Runs to its end and returns the exit code; after an interrupt it ends cleanly, with whatever code. */
export type Command = (context: CommandContext) => Promise<number>

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from '../../electron/launch/ensure-built.mjs'

const root = join(import.meta.dirname, '..', '..')
/** Where a build that was made beside the one in use is; the build takes this variable too. */
const madeElsewhere = process.env['KINESCOPE_OUT']
const entry = join(madeElsewhere ?? join(root, 'out'), 'main', 'cli.cjs')

/** What a command left behind. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
  /** Standard output, a value a line. */
  lines: unknown[]
}

export interface Running {
  child: ChildProcess
  stdout: () => string
  stderr: () => string
  ended: Promise<Ended>
}

export interface CliSetting {
  /** Options of every command, such as `--endpoint`. */
  options: readonly string[]
  /** Stands in for the home folder, so that nothing of this machine's ~/.aws is read. */
  home: string
}

/** The built command line, built anew where its source has changed. */
export const builtCli = async (): Promise<void> => {
  if (madeElsewhere === undefined) await ensureBuilt({ log: () => {} })
  if (!existsSync(entry)) throw new Error(`${entry} was not built`)
}

/** Starts the built command line in an environment that knows no AWS. `shell` puts a command in front, as `ulimit -f 8 && exec`. */
export const start = (args: readonly string[], { options, home }: CliSetting, { shell, env = {} }: { shell?: string; env?: NodeJS.ProcessEnv } = {}): Running => {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS_|npm_|INIT_CWD|NODE_OPTIONS|VITEST)/.test(name)))
  const command = [process.execPath, entry, ...options, ...args]
  const settings = { cwd: home, env: { ...clean, HOME: home, XDG_DATA_HOME: home, ...env }, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] }
  const child =
    shell === undefined ? spawn(process.execPath, command.slice(1), settings) : spawn('bash', ['-c', `${shell} "$@"`, 'bash', ...command], settings)
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const lines = stdout.split('\n').filter((line) => line !== '')
      resolve({ code, stdout, stderr, lines: lines.map((line) => JSON.parse(line) as unknown) })
    })
  })
  return { child, stdout: () => stdout, stderr: () => stderr, ended }
}

export const kinescope = (args: readonly string[], setting: CliSetting, more: Parameters<typeof start>[2] = {}): Promise<Ended> => start(args, setting, more).ended

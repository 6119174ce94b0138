import { fileURLToPath } from 'node:url'
import { guessEnvironment, readProfiles } from '../accounts/profiles.ts'
import { createBackend } from '../backend/create-backend.ts'
import { defaultDataDir } from '../backend/data-dir.ts'
import { headlessHost } from '../backend/host-services.ts'
import { workersBeside } from '../backend/worker-urls.ts'
import manifest from '../../package.json' with { type: 'json' }
import { cliConnection } from './connection.ts'
import { exitCode } from './exit-code.ts'
import { run } from './run.ts'
import { createTerminal } from './terminal.ts'

const { env } = process
const { version } = manifest
const terminal = createTerminal(process.stdout, process.stderr, () => performance.now())
const interrupt = new AbortController()
/** A terminal's Ctrl-C comes twice under npm, which passes it on to a process that has had it. */
const echoMs = 1000
let interruptedAt = 0
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A second one is for those who don't want to wait.
    if (interrupt.signal.aborted && performance.now() - interruptedAt > echoMs) process.exit(exitCode.interrupted)
    if (!interrupt.signal.aborted) interruptedAt = performance.now()
    interrupt.abort()
  })
}
// A signal for npm alone ends its shell and never comes here: then nobody waits for this process any more.
if (env['npm_lifecycle_event'] === 'kinescope') {
  const parent = process.ppid
  const look = setInterval(() => {
    if (process.ppid !== parent) interrupt.abort()
  }, 500)
  look.unref()
}

const code = run(process.argv.slice(2), {
  terminal,
  interrupted: interrupt.signal,
  env,
  cwd: process.cwd(),
  version,
  writeUsage: (text) => void process.stdout.write(text),
  connection: (options, arn) => cliConnection(options, arn, { env, profiles: async () => (await readProfiles(env)).profiles, guessEnvironment }),
  openBackend: (dataDir, connection) =>
    Promise.resolve(
      createBackend({
        dataDir: dataDir ?? defaultDataDir(env),
        host: headlessHost('cli', version),
        workers: workersBeside(fileURLToPath(new URL('.', import.meta.url))),
        env,
        connections: connection === null ? [] : [connection],
        warn: (line) => terminal.note(line),
      }),
    ),
})
// Worker threads and sockets that are slow to go must not keep a script waiting.
void code.then((value) => process.exit(value))

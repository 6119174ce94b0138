import { spawn } from 'node:child_process'

/** Run in the child before its script: ends it when the channel to its parent closes, as it does on any death of the parent. */
const endWithParent = 'data:text/javascript,process.once("disconnect",()=>process.exit(1));process.channel.unref()'

/**
 * Runs a script under this Node, and ends it when this process ends, kill -9 included.
 * @param {readonly string[]} args the script and its arguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} [options] an aborted signal kills it
 * @returns {Promise<{ code: number | null, printed: string }>} the end of what it printed; a null code means that it was killed
 */
export async function runTied(args, { cwd, env = process.env, signal } = {}) {
  const child = spawn(process.execPath, ['--import', endWithParent, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    killSignal: 'SIGKILL',
    ...(cwd === undefined ? {} : { cwd }),
    ...(signal === undefined ? {} : { signal }),
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      printed = (printed + chunk).slice(-20_000)
    })
  }
  child.on('error', (error) => {
    printed += error.message
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, printed }
}

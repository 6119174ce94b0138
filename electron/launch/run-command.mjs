import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './ensure-built.mjs'
import { root } from './preflight.mjs'

/** Common options that take a value: what follows them is not the command. */
const valued = new Set(['--profile', '--region', '--endpoint', '--account', '--data-dir'])

/**
 * Where the command stands among the arguments; -1 where there is none.
 * @param {readonly string[]} args
 */
export function commandAt(args) {
  for (let at = 0; at < args.length; at++) {
    const arg = /** @type {string} */ (args[at])
    if (valued.has(arg)) at++
    else if (!arg.startsWith('-')) return at
  }
  return -1
}

/**
 * Runs `serve` in the browser host and any other command in the CLI.
 * @param {readonly string[]} args
 */
export async function runCommand(args) {
  await ensureBuilt()
  const at = commandAt(args)
  if (args[at] === 'serve') await runBuilt('browser', args.toSpliced(at, 1))
  else await runBuilt('cli', args)
}

/**
 * Runs a built entry in this process, as if Node had been started with it.
 * @param {'browser' | 'cli'} entry
 * @param {readonly string[]} args
 */
export async function runBuilt(entry, args) {
  const file = join(root, 'out', 'main', `${entry}.cjs`)
  process.argv = [process.execPath, file, ...args]
  await import(pathToFileURL(file).href)
}

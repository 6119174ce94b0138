import { resolve } from 'node:path'

export interface DesktopArguments {
  readonly dataDir: string | null
  /** Starts the embedded Kinesis at once. */
  readonly opensSandbox: boolean
  /** Capture files to open, absolute. */
  readonly files: readonly string[]
}

/**
 * Reads what the desktop was started with. Chromium's own switches and those of the tools around it stand among these
 * and are nobody's mistake, so what is not known here is left alone.
 * @param argv `process.argv` of this or of a second instance: the executable first, and unpackaged the project's folder
 * @param cwd what relative paths are relative to
 */
export function parseDesktopArguments(argv: readonly string[], cwd: string): DesktopArguments {
  let dataDir: string | null = null
  const files: string[] = []
  for (let at = 1; at < argv.length; at++) {
    const arg = argv[at] ?? ''
    if (arg === '--data-dir') dataDir = argv[++at] ?? null
    else if (arg.startsWith('--data-dir=')) dataDir = arg.slice('--data-dir='.length)
    else if (!arg.startsWith('-') && arg.toLowerCase().endsWith('.kinescope')) files.push(resolve(cwd, arg))
  }
  return { dataDir: dataDir === null || dataDir === '' ? null : resolve(cwd, dataDir), opensSandbox: argv.includes('--sandbox'), files }
}

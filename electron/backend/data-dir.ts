import { chmodSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { KinescopeError } from '#shared/model/error.ts'

/** Folders below the data folder; records are private, so all of them are mode 0700. */
export interface DataDir {
  readonly root: string
  /** Kept captures, one file each. */
  readonly captures: string
  /** Unnamed views; what is left here at a start is deleted. */
  readonly views: string
}

/** Where data is kept unless a person says otherwise: the platform's own place for it. */
export function defaultDataDir(env: NodeJS.ProcessEnv): string {
  const chosen = env['KINESCOPE_DATA_DIR']
  if (chosen !== undefined && chosen !== '') return resolve(chosen)
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Kinescope')
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Kinescope')
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'kinescope')
}

/** Makes the folders. Throws `file-system` where that can't be done. */
export function prepareDataDir(root: string): DataDir {
  const dirs: DataDir = { root, captures: join(root, 'captures'), views: join(root, 'views') }
  try {
    for (const dir of [dirs.root, dirs.captures, dirs.views]) {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      chmodSync(dir, 0o700)
    }
  } catch (cause) {
    throw new KinescopeError('file-system', `The data folder ${root} can't be used: ${(cause as Error).message}.`, {
      action: 'Choose another folder with --data-dir or KINESCOPE_DATA_DIR.',
      cause,
    })
  }
  return dirs
}

import { randomBytes } from 'node:crypto'
import { link, lstat, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileExists, fileFailure } from './file-failure.ts'

/** File systems without hard links (FAT, some network shares) answer with one of these. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EINVAL'])

/**
 * A file that is written beside its place and appears there only when it is whole.
 * Whatever is at the path already stays untouched.
 */
export interface PlacedFile {
  /** Where to write; nothing is there yet. */
  readonly temporary: string
  /** Puts the file in its place, on disk. Throws `file-exists` where something has come there. */
  place(): Promise<void>
  /** Deletes what was written; does nothing once it is placed. */
  discard(): Promise<void>
}

/**
 * @param path where the file shall be
 * @param mayReplaceEmpty a file of 0 bytes there, as a kill may leave, does not count
 * @param besides endings of files that are written along with the temporary one
 */
export async function beginFile(path: string, { mayReplaceEmpty = false, besides = [] }: { mayReplaceEmpty?: boolean; besides?: readonly string[] } = {}): Promise<PlacedFile> {
  const taken = async () => {
    const stats = await lstat(path).catch(() => null)
    return stats !== null && !(mayReplaceEmpty && stats.isFile() && stats.size === 0)
  }
  if (await taken()) throw fileExists(path)
  const folder = dirname(path)
  try {
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  } catch (error) {
    throw fileFailure(error, 'write', path)
  }
  const temporary = join(folder, `.kinescope-${randomBytes(6).toString('hex')}.part`)
  const discard = async () => {
    for (const ending of ['', ...besides]) await rm(temporary + ending, { force: true })
  }
  return {
    temporary,
    discard,
    async place() {
      try {
        await syncToDisk(temporary)
        if (await taken()) throw fileExists(path)
        await putInPlace(temporary, path, mayReplaceEmpty)
        await syncToDisk(folder).catch(() => {}) // not every system can sync a folder
      } catch (error) {
        throw fileFailure(error, 'write', path)
      }
    },
  }
}

/** A link fails where something is, which a rename would replace; so the link goes first. */
async function putInPlace(temporary: string, path: string, mayReplaceEmpty: boolean): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!noLinks.has(code) && !(code === 'EEXIST' && mayReplaceEmpty)) throw error
    await rename(temporary, path)
    return
  }
  await rm(temporary, { force: true })
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

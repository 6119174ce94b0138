import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'

const reasons: Record<string, { why: string; action: string }> = {
  ENOENT: { why: 'there is no such file or folder', action: 'Check the path; the folder must exist.' },
  ENOTDIR: { why: 'a part of the path is no folder', action: 'Check the path.' },
  EISDIR: { why: 'it is a folder', action: 'Give the path of a file.' },
  EACCES: { why: 'permission was denied', action: 'Choose a path that you may use, or change its permissions.' },
  EPERM: { why: 'permission was denied', action: 'Choose a path that you may use, or change its permissions.' },
  EROFS: { why: 'the file system is read-only', action: 'Choose a path on another disk.' },
  ENAMETOOLONG: { why: 'the name is too long', action: 'Choose a shorter name.' },
  EIO: { why: 'the disk reported an error', action: 'Check the disk, or choose another one.' },
}

/** A file error of Node as a sentence with what to do about it. `doing` is like "write" or "read". */
export function fileFailure(error: unknown, doing: string, path: string): KinescopeError {
  if (error instanceof KinescopeError) return error
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const message = error instanceof Error ? error.message : String(error)
  const where = printable(path)
  if (code === 'EEXIST') return fileExists(path)
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) {
    return new KinescopeError('disk-full', `Can't ${doing} ${where}: the disk is full, or a limit on file sizes was reached.`, {
      action: 'Free some space or choose another disk, then try again.',
      cause: error,
    })
  }
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined
  return new KinescopeError('file-system', `Can't ${doing} ${where}: ${known?.why ?? printable(message)}.`, {
    action: known?.action ?? null,
    cause: error,
  })
}

export function fileExists(path: string): KinescopeError {
  return new KinescopeError('file-exists', `${printable(path)} exists already and was left as it is.`, {
    action: 'Choose another path, or move the file away.',
  })
}

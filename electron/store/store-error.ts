import { salvageAction } from '#shared/model/damaged-capture.ts'
import { type FailureCode, KinescopeError } from '#shared/model/error.ts'

interface Sentence {
  code: FailureCode
  why: string
  action: string
  retryable?: boolean
}

/**
 * What SQLite (result codes of sqlite.org/rescode.html) or the file system said, as an error that
 * says what to do. `doing` is the start of the sentence: "Writing the capture".
 */
export function storeError(error: unknown, doing: string, path: string): KinescopeError {
  if (error instanceof KinescopeError) return error
  const { code, why, action, retryable = false } = sentenceOf(error)
  return new KinescopeError(code, `${doing} ${quoted(path)} failed: ${why}.`, { action, retryable, cause: error })
}

/** Runs what touches a file, so that whatever it throws is a `KinescopeError`. */
export function withStoreErrors<T>(doing: string, path: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw storeError(error, doing, path)
  }
}

/** A path as it can be shown: no control characters, no bidi controls, of bounded length. */
export function quoted(path: string): string {
  const clean = path.replace(hiddenCharacters, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `“${clean.length > 300 ? `…${clean.slice(-300)}` : clean}”`
}

const hiddenCharacters = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function sentenceOf(error: unknown): Sentence {
  const code = errorCode(error)
  // A header that says what no SQLite writes: it has no code of its own.
  if (code === 'SQLITE_ERROR' && error instanceof Error && error.message === 'unsupported file format') return damaged
  for (const [pattern, sentence] of sentences) if (pattern.test(code)) return sentence
  return {
    code: 'internal',
    why: error instanceof Error ? error.message : 'an unknown error',
    action: 'Try again; if it happens again, please report it with this message.',
  }
}

const full: Sentence = {
  code: 'disk-full',
  why: 'the disk is full; everything stored before is intact',
  action: 'Free some space, then continue the capture.',
  retryable: true,
}

const damaged: Sentence = { code: 'damaged-capture', why: 'the file is damaged', action: salvageAction }

const sentences: readonly (readonly [RegExp, Sentence])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT|EFBIG)/, full],
  [/^SQLITE_NOTADB/, { code: 'not-a-capture', why: 'it is not a Kinescope file', action: 'Choose a file that Kinescope wrote.' }],
  [/^(SQLITE_CORRUPT|SQLITE_IOERR_SHORT_READ|SQLITE_IOERR_DATA)/, damaged],
  [
    /^(SQLITE_BUSY|SQLITE_LOCKED|SQLITE_PROTOCOL|EBUSY)/,
    { code: 'in-use', why: 'another program holds it', action: 'Close the program that uses the file, then try again.', retryable: true },
  ],
  [
    /^(SQLITE_READONLY|SQLITE_PERM|SQLITE_AUTH|SQLITE_IOERR_ACCESS|EACCES|EPERM|EROFS)/,
    { code: 'file-system', why: 'writing or reading it is not permitted', action: 'Check the permissions of the file and its folder, or choose another folder.' },
  ],
  [/^(SQLITE_CANTOPEN_ISDIR|EISDIR)/, { code: 'file-system', why: 'it is a folder', action: 'Choose a file.' }],
  [
    /^(SQLITE_CANTOPEN|ENOENT|ENOTDIR|EEXIST)/,
    { code: 'file-system', why: 'there is no such file or folder, or it cannot be opened', action: 'Check the path and its permissions.' },
  ],
  [/^ENAMETOOLONG/, { code: 'file-system', why: 'the name is too long', action: 'Choose a shorter name.' }],
  // What can't be read can't be said to be intact.
  [/^SQLITE_IOERR_(READ|CORRUPTFS)/, { code: 'file-system', why: 'the disk can\'t read a part of it', action: `Check the disk. ${salvageAction}` }],
  [
    /^(SQLITE_IOERR|EIO)/,
    {
      code: 'file-system',
      why: 'the disk reported an error; everything stored before is intact',
      action: 'Check the disk and its free space and limits, then continue the capture.',
      retryable: true,
    },
  ],
  [/^(SQLITE_TOOBIG)/, { code: 'invalid-argument', why: 'a value is larger than a capture can hold', action: 'Leave this record out.' }],
  [/^(SQLITE_NOMEM|ENOMEM|EMFILE|ENFILE)/, { code: 'internal', why: 'the machine is out of memory or file handles', action: 'Close other programs, then try again.', retryable: true }],
]

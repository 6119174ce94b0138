import type { Writable } from 'node:stream'
import { jsonLine } from '../exchange/json-line.ts'
import { printable } from '#shared/model/printable.ts'

/** A stream that may be a terminal, as `process.stdout` is. */
export type TerminalStream = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** Between two lines of progress where they are not rewritten, in ms. */
const pipePauseMs = 5000
const terminalPauseMs = 100

/** Where a command's results, messages and progress go. */
export interface Terminal {
  /** One result a line on standard output; waits while the reader is behind. */
  print(...values: unknown[]): Promise<void>
  /** A line on standard error. */
  note(text: string): void
  /** The state of things on standard error: rewritten in place on a terminal, now and then a line elsewhere. */
  progress(text: string): void
  /** Takes the progress line away, and waits until everything is out. */
  flush(): Promise<void>
  /** Aborted when nobody reads standard output any more. */
  readonly closed: AbortSignal
}

export function createTerminal(stdout: TerminalStream, stderr: TerminalStream, now: () => number): Terminal {
  const closed = new AbortController()
  const close = () => closed.abort()
  // `kinescope search … | head` closes the pipe when it has enough: no error of ours.
  stdout.on('error', close)
  stderr.on('error', () => {})
  let isShown = false
  // What is done within the first pause needs no progress.
  let shownAt = now()
  let shown = ''
  const clear = () => {
    if (isShown) stderr.write('\r\u001b[2K')
    isShown = false
  }
  return {
    closed: closed.signal,
    async print(...values) {
      if (values.length === 0 || closed.signal.aborted) return
      const text = values.map((value) => `${jsonLine(value)}\n`).join('')
      if (stdout.isTTY === true) clear()
      if (!stdout.write(text) && !closed.signal.aborted) await drained(stdout, closed.signal)
    },
    note(text) {
      clear()
      stderr.write(`${printable(text)}\n`)
    },
    progress(text) {
      const isTerminal = stderr.isTTY === true
      const at = now()
      if (at - shownAt < (isTerminal ? terminalPauseMs : pipePauseMs)) return
      shownAt = at
      const clean = printable(text)
      if (!isTerminal) {
        // A capture of a quiet stream runs for days: its log needs nothing said twice.
        if (clean !== shown) stderr.write(`${clean}\n`)
        shown = clean
        return
      }
      clear()
      stderr.write(clean.slice(0, Math.max(20, (stderr.columns ?? 80) - 1)))
      isShown = true
    },
    async flush() {
      clear()
      if (!closed.signal.aborted) await Promise.race([written(stdout), whenAborted(closed.signal)])
      await written(stderr)
    },
  }
}

async function drained(stream: Writable, closed: AbortSignal): Promise<void> {
  await Promise.race([new Promise<void>((resolve) => stream.once('drain', resolve)), whenAborted(closed)])
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function written(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}

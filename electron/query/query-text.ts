import { KinescopeError } from '#shared/model/error.ts'
import type { Comparison } from './query.ts'
import { printable } from '#shared/model/printable.ts'

const SPACE = /\s/
/** Names that can stand before a colon without quotes: no brackets, quotes, slashes or wildcards, no operators. */
const NAME = /[^\s:"'`(){}[\]<>=\\/*?,;|&!]+:/y

/**
 * Where a clause's field ends, -1 where it is free text. These have a colon and are free text all the same:
 * `http://x` and `C:\dir` (a slash pair or a backslash behind it), `a::b`, `12:30:45` (digits on both sides), and
 * Amazon's resource names, which people paste.
 */
export const fieldColon = (text: string, from: number): number => {
  NAME.lastIndex = from
  const match = NAME.exec(text)
  if (match === null) return -1
  const colon = from + match[0].length - 1
  const name = match[0].slice(0, -1)
  const rest = text.slice(colon + 1, colon + 3)
  if (rest === '//' || rest.startsWith('\\') || rest.startsWith(':')) return -1
  if (/^\d+$/.test(name) && /^\d/.test(rest)) return -1
  return name === 'arn' && text.startsWith('aws', colon + 1) ? -1 : colon
}

/** A search line being read: a cursor with the words of the grammar. */
export class QueryText {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length
  }

  peek(): string | undefined {
    return this.text[this.at]
  }

  isSpaceAt(at: number): boolean {
    const sign = this.text[at]
    return sign === undefined || SPACE.test(sign)
  }

  skipSpace(): void {
    while (!this.isAtEnd() && this.isSpaceAt(this.at)) this.at++
  }

  take(sign: string): boolean {
    if (this.peek() !== sign) return false
    this.at++
    return true
  }

  /** Whether one of the words AND, OR, NOT, TO stands here; they are words of the grammar in capitals only. */
  isWord(word: 'AND' | 'OR' | 'NOT' | 'TO'): boolean {
    if (!this.text.startsWith(word, this.at)) return false
    const next = this.text[this.at + word.length]
    return next === undefined || next === '(' || next === ')' || SPACE.test(next)
  }

  /** With the space behind it. */
  takeWord(word: 'AND' | 'OR' | 'NOT' | 'TO'): boolean {
    if (!this.isWord(word)) return false
    this.at += word.length
    this.skipSpace()
    return true
  }

  /** A minus that negates stands right before a term: `-5`, `-a:b`, `-"x"`, `-(…)`. `--`, `->` and a lone `-` are text. */
  takeMinus(): boolean {
    const next = this.text[this.at + 1]
    if (this.peek() !== '-' || next === undefined || next === '-' || next === '>' || next === ')' || SPACE.test(next)) return false
    this.at++
    return true
  }

  operator(): Comparison | null {
    const sign = this.peek()
    if (sign !== '>' && sign !== '<') return null
    this.at++
    return this.take('=') ? `${sign}=` : sign
  }

  /** A phrase from its opening quote on. */
  quoted(): string {
    const start = this.at++
    let value = ''
    for (;;) {
      const sign = this.text[this.at++]
      if (sign === undefined) {
        throw this.error('This quote is never closed.', 'Close the quote, or write \\" inside quotes to find a quote itself.', start)
      }
      if (sign === '"') return value
      const next = this.peek()
      if (sign === '\\' && (next === '"' || next === '\\')) {
        value += next
        this.at++
      } else value += sign
    }
  }

  /** Everything up to white space or a bracket that it didn't open, quoted parts as they are. */
  word(): string {
    const start = this.at
    const open: number[] = []
    while (!this.isSpaceAt(this.at)) {
      const sign = this.peek()
      if (sign === '(') open.push(this.at)
      else if (sign === ')' && open.pop() === undefined) break
      else if (sign === '"') {
        this.quoted()
        continue
      }
      this.at++
    }
    const unclosed = open[0]
    if (unclosed !== undefined) {
      throw this.error('This bracket is never closed.', 'Close the bracket, or put the text in quotes to find it as it is.', unclosed)
    }
    return this.text.slice(start, this.at)
  }

  /** One end of a range with the space around it; null where there is none. */
  rangeEnd(): string | null {
    this.skipSpace()
    if (this.isAtEnd() || this.isWord('TO')) return null
    let value: string
    if (this.peek() === '"') value = this.quoted()
    else {
      const start = this.at
      while (!this.isSpaceAt(this.at) && this.peek() !== ']') this.at++
      value = this.text.slice(start, this.at)
    }
    this.skipSpace()
    return value === '' ? null : value
  }

  error(problem: string, action: string, position = this.at): KinescopeError {
    return new KinescopeError('bad-query', printable(problem), { action: printable(action), position })
  }
}

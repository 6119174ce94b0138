import { useId, useRef } from 'react'
import type { KeyboardEvent, ReactNode, Ref } from 'react'
import type { Failure } from '#shared/model/error.ts'
import { Icon } from '../ui/icon.tsx'
import { queryTokens } from './query-tokens.ts'
import type { QueryToken } from './query-tokens.ts'
import './query-field.css'

export interface QueryFieldProps {
  label: string
  text: string
  onText: (text: string) => void
  /** Why the text can't be read, with its position; null where that is not known. */
  failure: Failure | null
  placeholder?: string
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void
  /** The key that leads here, in the words of `aria-keyshortcuts`. */
  shortcut?: string
  /** At its right end. */
  end?: ReactNode
  /** Said with the field, as long as nothing is wrong. */
  note?: ReactNode
  /** The label stands above it, as in a form; what is wrong then stands below and not over what follows. */
  isInForm?: boolean
  inputRef?: Ref<HTMLInputElement>
}

/**
 * A line for a query. What is typed is drawn a second time under the field's own, transparent text,
 * as terms on a ground: the two must have the same metrics, so nothing in the drawing takes room.
 */
export function QueryField({ label, text, onText, failure, placeholder = '', onKeyDown, shortcut, end, note, isInForm = false, inputRef }: QueryFieldProps) {
  const drawing = useRef<HTMLDivElement>(null)
  const id = useId()
  const problem = useId()
  const isWrong = failure?.code === 'bad-query'
  const position = isWrong ? failure.position : null
  return (
    <div className={isInForm ? 'query-place query-in-form' : 'query-place'}>
      {isInForm && (
        <label className="ui-field-label" htmlFor={id}>
          {label}
        </label>
      )}
      <div className={isWrong ? 'query query-wrong' : 'query'}>
        <Icon name="search" size={14} />
        <div className="query-field">
          <div className="query-drawing mono" aria-hidden="true" ref={drawing}>
            {termsOf(queryTokens(text)).map((term) => (
              <Term key={term.start} tokens={term.tokens} />
            ))}
            {position !== null && <Mark before={text.slice(0, position)} at={text.slice(position, position + 1)} />}
          </div>
          <input
            id={id}
            ref={inputRef}
            className="query-input mono"
            {...(isInForm ? {} : { 'aria-label': label })}
            aria-invalid={isWrong}
            aria-describedby={isWrong || note !== undefined ? problem : undefined}
            aria-keyshortcuts={shortcut}
            placeholder={placeholder}
            spellCheck={false}
            autoComplete="off"
            maxLength={10_000}
            value={text}
            onChange={(event) => onText(event.target.value)}
            onKeyDown={onKeyDown}
            onScroll={(event) => {
              if (drawing.current !== null) drawing.current.scrollLeft = event.currentTarget.scrollLeft
            }}
          />
        </div>
        {end}
      </div>
      {isWrong && (
        <p className="query-problem" id={problem} role="alert">
          <Icon name="warn" size={14} />
          <span>
            {failure.message} <span className="query-action">{failure.action}</span>
          </span>
        </p>
      )}
      {!isWrong && note !== undefined && (
        <p className="ui-field-note" id={problem}>
          {note}
        </p>
      )}
    </div>
  )
}

interface Stretch {
  start: number
  tokens: QueryToken[]
}

/** Tokens of one term together: they stand on one ground. */
function termsOf(tokens: readonly QueryToken[]): Stretch[] {
  const stretches: Stretch[] = []
  let start = 0
  for (const token of tokens) {
    const last = stretches.at(-1)
    if (last !== undefined && token.term >= 0 && last.tokens[0]?.term === token.term) last.tokens.push(token)
    else stretches.push({ start, tokens: [token] })
    start += token.text.length
  }
  return stretches
}

function Term({ tokens }: { tokens: readonly QueryToken[] }) {
  const [first] = tokens
  if (first === undefined) return null
  if (first.term < 0) return <span className={`query-token-${first.kind}`}>{first.text}</span>
  return (
    <span className={first.isNegated ? 'query-term query-term-not' : 'query-term'}>
      {tokens.map((token) => (
        <span key={token.kind} className={`query-token-${token.kind}`}>
          {token.text}
        </span>
      ))}
    </span>
  )
}

/** A wave under the place where the query went wrong. */
function Mark({ before, at }: { before: string; at: string }) {
  return (
    <span className="query-mark">
      <span className="query-hidden">{before}</span>
      <span className="query-wave">{at === '' || at === ' ' ? '\u00a0' : at}</span>
    </span>
  )
}

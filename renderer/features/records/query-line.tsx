import { useId, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { Failure } from '#shared/model/error.ts'
import { useCommand } from '../../commands/use-command.ts'
import { Icon } from '../../ui/icon.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { queryTokens } from './query-tokens.ts'
import type { QueryToken } from './query-tokens.ts'

export interface QueryLineProps {
  /** The query that is in force. */
  query: string
  onQuery: (query: string) => void
  /** Why the query in force does not work. */
  failure: Failure | null
  /** After Enter, and when Escape leaves the line. */
  onDone: () => void
}

/**
 * The query. What is typed is drawn a second time under the field's own, transparent text,
 * as terms on a ground: the two must have the same metrics, so nothing in the drawing takes room.
 */
export function QueryLine({ query, onQuery, failure, onDone }: QueryLineProps) {
  const [typed, setTyped] = useState({ text: query, of: query })
  const input = useRef<HTMLInputElement>(null)
  const drawing = useRef<HTMLDivElement>(null)
  const problem = useId()
  // A query that came from elsewhere (a link, "follow key") replaces what was typed.
  if (typed.of !== query) setTyped({ text: query, of: query })
  const { text } = typed

  useCommand({
    id: 'records.query',
    title: 'Search these records',
    key: '/',
    group: 'Records',
    run: () => {
      input.current?.focus()
      input.current?.select()
    },
  })

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') {
      event.preventDefault()
      onQuery(text.trim())
      onDone()
    } else if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      if (text === '' && query === '') onDone()
      setTyped({ text: '', of: query })
      if (query !== '') onQuery('')
    }
  }
  const position = failure?.code === 'bad-query' && text === query ? failure.position : null
  const isWrong = failure?.code === 'bad-query' && text === query

  return (
    <div className="records-query-place">
      <div className={isWrong ? 'records-query records-query-wrong' : 'records-query'}>
        <Icon name="search" size={14} />
        <div className="records-query-field">
          <div className="records-query-drawing mono" aria-hidden="true" ref={drawing}>
            {termsOf(queryTokens(text)).map((term) => (
              <Term key={term.start} tokens={term.tokens} />
            ))}
            {position !== null && <Mark before={text.slice(0, position)} at={text.slice(position, position + 1)} />}
          </div>
          <input
            ref={input}
            className="records-query-input mono"
            aria-label="Search"
            aria-invalid={isWrong}
            aria-describedby={isWrong ? problem : undefined}
            aria-keyshortcuts="/"
            placeholder="Text, field.path:value, _key:…, AND OR NOT"
            spellCheck={false}
            autoComplete="off"
            maxLength={10_000}
            value={text}
            onChange={(event) => setTyped({ text: event.target.value, of: query })}
            onKeyDown={onKeyDown}
            onScroll={(event) => {
              if (drawing.current !== null) drawing.current.scrollLeft = event.currentTarget.scrollLeft
            }}
          />
        </div>
        <span aria-hidden="true">
          <Kbd keys={text === query ? '/' : 'enter'} />
        </span>
      </div>
      {isWrong && (
        <p className="records-query-problem" id={problem} role="alert">
          <Icon name="warn" size={14} />
          <span>
            {failure.message} <span className="records-query-action">{failure.action}</span>
          </span>
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
  if (first.term < 0) return <span className={`records-token-${first.kind}`}>{first.text}</span>
  return (
    <span className={first.isNegated ? 'records-term records-term-not' : 'records-term'}>
      {tokens.map((token) => (
        <span key={token.kind} className={`records-token-${token.kind}`}>
          {token.text}
        </span>
      ))}
    </span>
  )
}

/** A wave under the place where the query went wrong. */
function Mark({ before, at }: { before: string; at: string }) {
  return (
    <span className="records-query-mark">
      <span className="records-query-hidden">{before}</span>
      <span className="records-query-wave">{at === '' || at === ' ' ? '\u00a0' : at}</span>
    </span>
  )
}

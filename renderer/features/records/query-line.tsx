import { useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { Failure } from '#shared/model/error.ts'
import { useCommand } from '../../commands/use-command.ts'
import { QueryField } from '../../parts/query-field.tsx'
import { Kbd } from '../../ui/kbd.tsx'

export interface QueryLineProps {
  /** The query that is in force. */
  query: string
  onQuery: (query: string) => void
  /** Why the query in force does not work. */
  failure: Failure | null
  /** After Enter, and when Escape leaves the line. */
  onDone: () => void
}

/** The query over the table. */
export function QueryLine({ query, onQuery, failure, onDone }: QueryLineProps) {
  const [typed, setTyped] = useState({ text: query, of: query })
  const input = useRef<HTMLInputElement>(null)
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
  return (
    <QueryField
      label="Search"
      text={text}
      onText={(text) => setTyped({ text, of: query })}
      failure={text === query ? failure : null}
      placeholder="Text, field.path:value, _key:…, AND OR NOT"
      onKeyDown={onKeyDown}
      shortcut="/"
      end={
        <span aria-hidden="true">
          <Kbd keys={text === query ? '/' : 'enter'} />
        </span>
      }
      inputRef={input}
    />
  )
}

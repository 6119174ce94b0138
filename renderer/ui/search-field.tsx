import type { Ref } from 'react'
import { Button as AriaButton, Input, SearchField as AriaSearchField } from 'react-aria-components'
import { Icon } from './icon.tsx'
import { Kbd } from './kbd.tsx'
import './search-field.css'

export interface SearchFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  onSubmit?: (value: string) => void
  placeholder?: string
  kbd?: string
  takesFocus?: boolean
  mono?: boolean
  className?: string
  inputRef?: Ref<HTMLInputElement>
}

/** A field that filters; Escape empties it. */
export function SearchField({ label, placeholder, kbd, mono = false, className = '', inputRef, takesFocus = false, ...rest }: SearchFieldProps) {
  return (
    <AriaSearchField {...rest} {...(takesFocus ? { autoFocus: true } : {})} aria-label={label} className={`ui-search ${className}`}>
      <Icon name="search" size={12} />
      <Input
        className={`ui-search-input ${mono ? 'mono' : ''}`}
        spellCheck={false}
        autoComplete="off"
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(inputRef === undefined ? {} : { ref: inputRef })}
      />
      {kbd !== undefined && rest.value === '' && <span aria-hidden="true"><Kbd keys={kbd} /></span>}
      <AriaButton className="ui-search-clear" aria-label="Clear"><Icon name="close" size={12} /></AriaButton>
    </AriaSearchField>
  )
}

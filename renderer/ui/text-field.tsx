import type { ReactNode, Ref } from 'react'
import { FieldError, Input, Label, Text, TextField as AriaTextField } from 'react-aria-components'
import './text-field.css'

export interface TextFieldProps {
  /** Shown above; with `hideLabel` it is only the name that a screen reader says. */
  label: ReactNode
  hideLabel?: boolean
  name?: string
  value?: string
  defaultValue?: string
  onChange?: (value: string) => void
  placeholder?: string
  description?: ReactNode
  /** What is wrong with the value; null when nothing is. */
  error?: string | null
  isRequired?: boolean
  isDisabled?: boolean
  takesFocus?: boolean
  /** For data: names, URLs, numbers. */
  mono?: boolean
  size?: 24 | 32
  type?: 'text' | 'url' | 'password'
  inputMode?: 'text' | 'numeric' | 'decimal' | 'url'
  maxLength?: number
  className?: string
  inputRef?: Ref<HTMLInputElement>
  'aria-label'?: string
}

export function TextField({ label, hideLabel = false, description, error = null, mono = false, size = 24, placeholder, inputRef, className = '', takesFocus = false, ...rest }: TextFieldProps) {
  return (
    <AriaTextField {...rest} {...(takesFocus ? { autoFocus: true } : {})} className={`ui-field ${className}`} isInvalid={error !== null} autoComplete="off">
      <Label className={hideLabel ? 'visually-hidden' : 'ui-field-label'}>{label}</Label>
      <Input
        className={`ui-input ui-input-${size} ${mono ? 'mono' : ''}`}
        spellCheck={false}
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(inputRef === undefined ? {} : { ref: inputRef })}
      />
      {description !== undefined && error === null && <Text slot="description" className="ui-field-note">{description}</Text>}
      <FieldError className="ui-field-error">{error ?? undefined}</FieldError>
    </AriaTextField>
  )
}

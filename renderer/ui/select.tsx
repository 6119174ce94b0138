import { Button as AriaButton, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue } from 'react-aria-components'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import './select.css'

export interface SelectOption<Id extends string> {
  id: Id
  label: string
  /** Drawn instead of the label, as an EnvironmentMark. */
  show?: ReactNode
  hint?: string
}

export interface SelectProps<Id extends string> {
  label: string
  hideLabel?: boolean
  options: readonly SelectOption<Id>[]
  selected: Id | null
  onChange: (id: Id) => void
  placeholder?: string
  size?: 24 | 32
  isDisabled?: boolean
  className?: string
}

export function Select<Id extends string>({ label, hideLabel = false, options, selected, onChange, placeholder = 'Choose', size = 24, isDisabled = false, className = '' }: SelectProps<Id>) {
  return (
    <AriaSelect
      className={`ui-field ${className}`}
      selectedKey={selected}
      onSelectionChange={(key) => {
        const option = options.find(({ id }) => id === key)
        if (option) onChange(option.id)
      }}
      isDisabled={isDisabled}
      placeholder={placeholder}
    >
      <Label className={hideLabel ? 'visually-hidden' : 'ui-field-label'}>{label}</Label>
      <AriaButton className={`ui-select ui-select-${size}`}>
        <SelectValue className="ui-select-value" />
        <Icon name="down" size={14} />
      </AriaButton>
      <Popover className="ui-menu-popover" offset={4}>
        <ListBox items={options} className="ui-menu">
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className="ui-menu-item">
              {option.show ?? option.label}
              {option.hint !== undefined && <span className="ui-menu-hint">{option.hint}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}

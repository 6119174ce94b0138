import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import './segmented.css'

export interface SegmentedOption<Id extends string> {
  id: Id
  label: string
  isDisabled?: boolean
}

/** One of a few, all in sight. */
export function Segmented<Id extends string>({ label, options, selected, onChange, size = 24 }: { label: string; options: readonly SegmentedOption<Id>[]; selected: Id; onChange: (id: Id) => void; size?: 24 | 32 }) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={`ui-segmented ui-segmented-${size}`}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[selected]}
      onSelectionChange={(keys) => {
        const option = options.find(({ id }) => keys.has(id))
        if (option) onChange(option.id)
      }}
    >
      {options.map((option) => (
        <ToggleButton key={option.id} id={option.id} className="ui-segment" {...(option.isDisabled === undefined ? {} : { isDisabled: option.isDisabled })}>{option.label}</ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}

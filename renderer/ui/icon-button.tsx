import type { Ref } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { Icon, type IconName } from './icon.tsx'
import { ariaKey } from './key-label.ts'
import { Tooltip } from './tooltip.tsx'
import './icon-button.css'

export interface IconButtonProps {
  icon: IconName
  /** Its name: what a screen reader says and the tooltip shows. */
  label: string
  onPress?: () => void
  kbd?: string
  isDisabled?: boolean
  size?: 16 | 14 | 13 | 12
  className?: string
  ref?: Ref<HTMLButtonElement>
  slot?: string
  excludeFromTabOrder?: boolean
}

export function IconButton({ icon, label, kbd, size = 16, className = '', ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} {...(kbd === undefined ? {} : { kbd })}>
      <AriaButton {...rest} aria-label={label} className={`ui-icon-button ${className}`} {...(kbd === undefined ? {} : { 'aria-keyshortcuts': ariaKey(kbd) })}>
        <Icon name={icon} size={size} />
      </AriaButton>
    </Tooltip>
  )
}

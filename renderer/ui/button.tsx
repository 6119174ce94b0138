import type { ReactNode, Ref } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { Icon, type IconName } from './icon.tsx'
import { Kbd } from './kbd.tsx'
import { ariaKey } from './key-label.ts'
import './button.css'

export interface ButtonProps {
  children: ReactNode
  onPress?: () => void
  variant?: 'default' | 'primary' | 'plain' | 'danger'
  size?: 24 | 32
  icon?: IconName
  /** An icon after the words, as a menu's arrow. */
  iconAfter?: IconName
  /** The key that does the same, printed in the button. */
  kbd?: string
  isDisabled?: boolean
  /** Work goes on: stays focusable, does nothing, says so to a screen reader. */
  isPending?: boolean
  /** Has the focus when it appears, as the default of a dialog. */
  takesFocus?: boolean
  type?: 'button' | 'submit'
  /** The form that it submits, where it stands outside of it. */
  form?: string
  slot?: string
  className?: string
  'aria-label'?: string
  'aria-pressed'?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button({ children, variant = 'default', size = 24, icon, iconAfter, kbd, className = '', type = 'button', takesFocus = false, ...rest }: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      {...(takesFocus ? { autoFocus: true } : {})}
      type={type}
      className={`ui-button ui-button-${variant} ui-button-${size} ${className}`}
      {...(kbd === undefined ? {} : { 'aria-keyshortcuts': ariaKey(kbd) })}
    >
      {icon && <Icon name={icon} size={14} />}
      {children}
      {iconAfter && <Icon name={iconAfter} size={14} />}
      {kbd !== undefined && rest.isPending !== true && <span aria-hidden="true"><Kbd keys={kbd} tone={variant === 'primary' || variant === 'danger' ? 'inherit' : 'plain'} /></span>}
    </AriaButton>
  )
}

import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import './list-button.css'

/** A whole row that is pressed, in a short list between hairlines. */
export function ListButton({ children, onPress, isDisabled = false, isPending = false, className = '' }: { children: ReactNode; onPress: () => void; isDisabled?: boolean; isPending?: boolean; className?: string }) {
  return <AriaButton className={`ui-list-button ${className}`} onPress={onPress} isDisabled={isDisabled} isPending={isPending}>{children}</AriaButton>
}

import type { ReactElement, ReactNode } from 'react'
import { Dialog, DialogTrigger, Popover as AriaPopover } from 'react-aria-components'
import './popover.css'

export interface PopoverProps {
  label: string
  trigger: ReactElement
  children: ReactNode | ((close: () => void) => ReactNode)
  placement?: 'bottom start' | 'bottom end' | 'top start' | 'top end'
  isOpen?: boolean
  onOpenChange?: (open: boolean) => void
}

/** A small place of its own on a button; Escape closes it and gives the focus back. */
export function Popover({ label, trigger, children, placement = 'bottom start', ...rest }: PopoverProps) {
  return (
    <DialogTrigger {...rest}>
      {trigger}
      <AriaPopover className="ui-popover" offset={4} placement={placement}>
        <Dialog aria-label={label} className="ui-popover-body">
          {({ close }) => (typeof children === 'function' ? children(close) : children)}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  )
}

import type { ReactElement } from 'react'
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components'
import { Kbd } from './kbd.tsx'
import './tooltip.css'

/** A line of help for a focusable control of this kit; opens on hover after a moment, and on keyboard focus. */
export function Tooltip({ text, kbd, children }: { text: string; kbd?: string; children: ReactElement }) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <AriaTooltip offset={6} className="ui-tooltip">
        {text}
        {kbd !== undefined && <Kbd keys={kbd} />}
      </AriaTooltip>
    </TooltipTrigger>
  )
}

import { ProgressBar as AriaProgressBar } from 'react-aria-components'
import './progress-bar.css'

/** How far a piece of work has come, 0 to 1; null where that can't be known. */
export function ProgressBar({ label, value, width = 'short' }: { label: string; value: number | null; width?: 'short' | 'full' }) {
  const share = value === null ? null : Math.max(0, Math.min(1, value))
  return (
    <AriaProgressBar aria-label={label} value={(share ?? 0) * 100} isIndeterminate={share === null} className={`ui-progress ui-progress-${width}`}>
      <span className={`ui-progress-fill ${share === null ? 'ui-progress-unknown' : ''}`} style={share === null ? {} : { width: `${share * 100}%` }} />
    </AriaProgressBar>
  )
}

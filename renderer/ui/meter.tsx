import { Meter as AriaMeter } from 'react-aria-components'
import './meter.css'

/** A share of a limit, 0 to 1; the words beside it say the numbers. */
export function Meter({ label, value, tone = 'plain' }: { label: string; value: number; tone?: 'plain' | 'accent' | 'warn' }) {
  const share = Math.max(0, Math.min(1, value))
  return (
    <AriaMeter aria-label={label} value={share * 100} className={`ui-meter ui-meter-${tone}`}>
      <span className="ui-meter-fill" style={{ width: `${share * 100}%` }} />
    </AriaMeter>
  )
}

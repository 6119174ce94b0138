import { Icon } from './icon.tsx'
import { keyLabel } from './key-label.ts'
import './kbd.css'

/** A key as it is printed on this platform's keyboards: `<Kbd keys="mod+k" />`. */
export function Kbd({ keys, tone = 'plain' }: { keys: string; tone?: 'plain' | 'inherit' }) {
  return <kbd className={`ui-kbd ui-kbd-${tone}`}>{keys === 'enter' ? <><Icon name="enter" size={12} /><span className="visually-hidden">Enter</span></> : keyLabel(keys)}</kbd>
}

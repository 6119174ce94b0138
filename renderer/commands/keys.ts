import { onMac } from '../ui/key-label.ts'
import { isOn, keysOf, registered, type Command } from './registry.ts'

/** The parts of a KeyboardEvent that decide which key was meant. */
export interface Stroke {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** Whether a stroke is the key that a command names, as `mod+shift+k`, `?`, `space`, `alt+1`. */
export function isStroke(key: string, stroke: Stroke, mac: boolean = onMac): boolean {
  const parts = key === '+' ? ['+'] : key.toLowerCase().split('+')
  const main = parts.at(-1) ?? ''
  const has = (modifier: string): boolean => parts.slice(0, -1).includes(modifier)
  const ctrl = has('ctrl') || (!mac && has('mod'))
  if (stroke.metaKey !== (mac && has('mod')) || stroke.ctrlKey !== ctrl || stroke.altKey !== has('alt')) return false
  const isLetter = /^[a-z]$/.test(main)
  // A sign such as `?` needs Shift on one keyboard and not on another: the sign itself is what counts.
  if ((isLetter || main.length > 1) && stroke.shiftKey !== has('shift')) return false
  const pressed = stroke.key === ' ' ? 'space' : stroke.key.toLowerCase()
  // With Alt, a Mac gives the sign that the pair of keys types.
  return pressed === main || (stroke.altKey && (stroke.code === `Key${main.toUpperCase()}` || stroke.code === `Digit${main}`))
}

/** The command that a stroke means: the innermost that is on. `inField` is whether a text field has the focus. */
export function commandFor(stroke: Stroke, inField: boolean, commands: readonly Command[] = registered(), mac: boolean = onMac): Command | null {
  const types = inField && !stroke.ctrlKey && !stroke.metaKey
  return commands.findLast((command) => (!types || command.inFields) && keysOf(command).some((key) => isStroke(key, stroke, mac)) && isOn(command)) ?? null
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type))
}

/** What the focused control does with a key by itself: a button is pressed by Space and Return. */
function takesForItself(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if ((key === ' ' || key === 'Enter') && target.closest('button, a[href], [role="tab"], [role="radio"], [role="menuitem"], summary')) return true
  return key.startsWith('Arrow') && target.closest('[role="tablist"], [role="radiogroup"], [role="menu"], [role="separator"], hr, input[type="range"]') !== null
}

/** Listens on the page and runs commands; a dialog that is open keeps the page's keys to itself. */
export function listenToKeys(page: Document = document): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    const modal = page.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')
    const field = isField(event.target)
    if (modal !== null || (!field && takesForItself(event.target, event.key))) return
    const command = commandFor(event, field)
    if (!command) return
    event.preventDefault()
    command.run()
  }
  page.addEventListener('keydown', onKeyDown)
  return () => page.removeEventListener('keydown', onKeyDown)
}

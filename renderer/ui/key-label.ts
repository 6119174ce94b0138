/** True where ⌘ is the command key. Passed in by tests; read once from the browser otherwise. */
export const onMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform)

const macNames: Record<string, string> = { mod: '⌘', shift: '⇧', alt: '⌥', ctrl: '⌃' }
const names: Record<string, string> = { mod: 'Ctrl', shift: 'Shift', alt: 'Alt', ctrl: 'Ctrl' }
const keyNames: Record<string, string> = {
  enter: '↵', escape: 'Esc', arrowup: '↑', arrowdown: '↓', arrowleft: '←', arrowright: '→', space: 'Space',
  pageup: 'PgUp', pagedown: 'PgDn', home: 'Home', end: 'End', delete: 'Del', backspace: '⌫', tab: 'Tab',
}

/**
 * How a key is written for people: `keyLabel('mod+k')` is ⌘K on a Mac and Ctrl+K elsewhere.
 * A key is written `mod+shift+k`: modifiers first, then the name of KeyboardEvent.key in lower case.
 */
export function keyLabel(key: string, mac: boolean = onMac): string {
  const parts = key === '+' ? ['+'] : key.split('+')
  const last = parts.at(-1) ?? ''
  const main = keyNames[last.toLowerCase()] ?? (last.length === 1 ? last.toUpperCase() : last)
  const modifiers = parts.slice(0, -1).map((part) => (mac ? macNames : names)[part] ?? part)
  return mac ? [...modifiers, main].join('') : [...modifiers, main].join('+')
}

/** The same key in the words of `aria-keyshortcuts`. */
export function ariaKey(key: string, mac: boolean = onMac): string {
  const words: Record<string, string> = { mod: mac ? 'Meta' : 'Control', shift: 'Shift', alt: 'Alt', ctrl: 'Control' }
  return key
    .split('+')
    .map((part) => words[part] ?? (part.length === 1 ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('+')
}

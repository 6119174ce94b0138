import { useSyncExternalStore } from 'react'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { IconButton } from './icon-button.tsx'
import './toasts.css'

export interface Toast {
  text: string
  tone?: 'plain' | 'ok' | 'warn'
  action?: { label: string; run: () => void }
  /** How long it stays, in ms; null until it is closed. One with an action stays by default. */
  lifeMs?: number | null
}

interface Shown extends Toast {
  id: number
}

let shown: readonly Shown[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly Shown[]): void {
  shown = next
  for (const listener of listeners) listener()
}

function closeToast(id: number): void {
  change(shown.filter((toast) => toast.id !== id))
}

/** Says something that has no place of its own on the screen; at most three stand at a time. Returns what closes it. */
export function showToast(toast: Toast): () => void {
  lastId += 1
  const id = lastId
  change([...shown, { ...toast, id }].slice(-3))
  const life = toast.lifeMs === undefined ? (toast.action ? null : 5000) : toast.lifeMs
  if (life !== null) setTimeout(() => closeToast(id), life)
  return () => closeToast(id)
}

/** Where toasts appear; mounted once by the app. */
export function Toasts() {
  const toasts = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shown,
  )
  return (
    <output className="ui-toasts" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`ui-toast ui-toast-${toast.tone ?? 'plain'}`}>
          {toast.tone === 'ok' && <Icon name="check" size={14} />}
          {toast.tone === 'warn' && <Icon name="warn" size={14} />}
          <span className="ui-toast-text">{toast.text}</span>
          {toast.action && <Button variant="plain" onPress={() => { toast.action?.run(); closeToast(toast.id) }}>{toast.action.label}</Button>}
          <IconButton icon="close" label="Close" size={12} onPress={() => closeToast(toast.id)} />
        </div>
      ))}
    </output>
  )
}

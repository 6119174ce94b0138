import { useSyncExternalStore } from 'react'
import type { Connected } from '../platform/connect.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import './lost-banner.css'

/** Says that the backend is away; what was on the screen stays. */
export function LostBanner({ connected }: { connected: Connected }) {
  const state = useSyncExternalStore(connected.watch, connected.state)
  if (state !== 'lost') return null
  return (
    <div className="lost" role="alert">
      <Icon name="warn" size={14} />
      <span>Connection to the console lost. Trying again; what was captured is safe. If the console was stopped, start it and open the link that it prints.</span>
      <Button onPress={connected.retryNow}>Try now</Button>
    </div>
  )
}

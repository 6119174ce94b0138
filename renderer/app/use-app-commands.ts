import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useCommand } from '../commands/use-command.ts'
import { isOn, registered } from '../commands/registry.ts'
import { copyText } from '../ui/copy-text.ts'
import { currentZone, setZone } from '../ui/time-zone.ts'
import type { Place } from './places.ts'
import { setTheme, useTheme } from './theme.ts'

export interface AppActions {
  openPalette: () => void
  openKeys: () => void
  openCapture: () => void
  /** A stream is wanted, and none is in front. */
  chooseStream: () => void
  hasStream: () => boolean
  go: (place: Place) => void
  closeTab: () => void
  /** To the tab at this place, counted from 0; beyond the last: the last. */
  showTab: (at: number) => void
  /** To the next (1) or previous (-1) tab. */
  turnTab: (by: 1 | -1) => void
  hasTab: () => boolean
}

const everywhere = 'Everywhere'

/** What can be done wherever one is. The ids `palette`, `keys`, `open-capture` and `capture.start` stand in the desktop's menu as well. */
export function useAppCommands(actions: AppActions): void {
  const { history, navigate } = useRouter()
  const theme = useTheme()
  useCommand({ id: 'palette', title: 'Go to a stream, a capture or a command', key: 'mod+k', group: everywhere, inFields: true, run: actions.openPalette })
  useCommand({ id: 'keys', title: 'Show all keys', key: '?', group: everywhere, run: actions.openKeys })
  useCommand({ id: 'open-capture', title: 'Open a capture file', key: 'mod+o', group: everywhere, inFields: true, run: actions.openCapture })
  // The desktop's menu has it wherever one is; on a stream its own command takes it.
  useCommand({ id: 'capture.start', title: 'Capture a stream…', group: everywhere, keyOnly: true, run: actions.chooseStream, when: () => !actions.hasStream() })
  useCommand({ id: 'go.start', title: 'Connect to another account', group: everywhere, run: () => actions.go({ kind: 'start' }) })
  useCommand({ id: 'go.captures', title: 'Show all captures', key: 'l', group: everywhere, run: () => actions.go({ kind: 'captures' }) })
  useCommand({ id: 'go.back', title: 'Back', key: 'alt+arrowleft', group: everywhere, keyOnly: true, run: () => history.back() })
  useCommand({ id: 'go.forward', title: 'Forward', key: 'alt+arrowright', group: everywhere, keyOnly: true, run: () => history.forward() })
  useCommand({ id: 'tab.next', title: 'Next tab', key: ']', group: everywhere, keyOnly: true, run: () => actions.turnTab(1), when: actions.hasTab })
  useCommand({ id: 'tab.previous', title: 'Previous tab', key: '[', group: everywhere, keyOnly: true, run: () => actions.turnTab(-1), when: actions.hasTab })
  useCommand({ id: 'tab.close', title: 'Close this tab', key: 'x', group: everywhere, run: actions.closeTab, when: actions.hasTab })
  useCommand({ id: 'link.copy', title: 'Copy a link to this place', group: everywhere, run: () => void copyText(window.location.href, 'Link') })
  useCommand({ id: 'zone.switch', title: 'Switch between UTC and local time', key: 'u', group: everywhere, run: () => setZone(currentZone() === 'utc' ? 'local' : 'utc') })
  useCommand({ id: 'theme.dark', title: 'Dark colours', group: everywhere, run: () => setTheme('dark'), when: () => theme !== 'dark' })
  useCommand({ id: 'theme.light', title: 'Light colours', group: everywhere, run: () => setTheme('light'), when: () => theme !== 'light' })
  useCommand({ id: 'theme.system', title: 'Colours as the system has them', group: everywhere, run: () => setTheme('system'), when: () => theme !== 'system' })

  // The desktop's menu and files that the system hands over come as messages of our own window.
  useEffect(() => {
    const onMessage = (event: MessageEvent): void => {
      const message = event.data as { type?: unknown; id?: unknown; path?: unknown } | null
      if (event.source !== window || event.origin !== window.location.origin || message?.type !== 'kinescope:command') return
      if (message.id === 'go' && typeof message.path === 'string' && /^\/(?!\/)/.test(message.path)) void navigate({ href: message.path })
      else registered().findLast((command) => command.id === message.id && isOn(command))?.run()
    }
    window.addEventListener('message', onMessage)
    return () => window.removeEventListener('message', onMessage)
  }, [navigate])
}

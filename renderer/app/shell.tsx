import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Connection } from '#shared/model/connection.ts'
import { CheatSheet } from '../commands/cheat-sheet.tsx'
import { CommandScope } from '../commands/command-scope.ts'
import { listenToKeys } from '../commands/keys.ts'
import { Palette } from '../commands/palette.tsx'
import { useCapabilities } from '../data/hooks.ts'
import { failureOf } from '../data/failure.ts'
import { CutOffNotice } from '../features/captures/cut-off-notice.tsx'
import { OpenCaptureDialog } from '../features/connections/open-capture-dialog.tsx'
import { StartScreen } from '../features/connections/start-screen.tsx'
import { Sidebar } from '../features/streams/sidebar.tsx'
import { SalvageDialog } from '../parts/salvage-dialog.tsx'
import { useClient } from '../platform/client.ts'
import { EmptyPlace } from '../ui/empty-place.tsx'
import { Button } from '../ui/button.tsx'
import { SplitPane } from '../ui/split-pane.tsx'
import { showToast, Toasts } from '../ui/toasts.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { palettePlaces } from './palette-places.ts'
import { PlaceView } from './place-view.tsx'
import { tabKey, type Place } from './places.ts'
import { StatusBar } from './status-bar.tsx'
import { TabBar } from './tab-bar.tsx'
import { changeTabs, openTabs, useTabs } from './tab-store.ts'
import { tabWords } from './tab-words.ts'
import { withoutTab, withPlace, type OpenTab } from './tabs.ts'
import { useAppCommands } from './use-app-commands.ts'
import { useCaptureDrop } from './use-capture-drop.ts'
import { inFront, useKnown } from './use-in-front.ts'
import { useGo, usePlace } from './use-place.ts'
import { WindowBar } from './window-bar.tsx'
import './shell.css'

type Overlay = { kind: 'palette' } | { kind: 'keys' } | { kind: 'salvage'; path: string } | { kind: 'open-capture'; dropped: string | null }

/** The frame: window bar, tree, tabs, the places behind them, status bar, and what opens over all of it. */
export function Shell() {
  const place = usePlace()
  const go = useGo()
  const known = useKnown()
  const client = useClient()
  const capabilities = useCapabilities().data
  const tabs = useTabs()
  const [overlay, setOverlay] = useState<Overlay | null>(null)
  const key = place && tabKey(place)
  const isStart = place?.kind === 'start'
  // The first start has two doors and nothing else; later there is something to go back to.
  const hasWork = known.connections.length > 0 || known.captures.length > 0
  const around = inFront(place, known)

  useEffect(() => {
    if (place) changeTabs((tabs) => withPlace(tabs, place))
  }, [place])
  useEffect(() => listenToKeys(), [])

  const closeTab = useCallback((closed: string) => {
    const { tabs, next } = withoutTab(openTabs(), closed)
    // The place that comes in front goes first: the URL must not name a tab that is gone.
    if (closed === key) go(next)
    changeTabs(() => tabs)
  }, [go, key])
  const openCapture = useCallback(() => {
    if (!capabilities?.fileDialogs) return setOverlay({ kind: 'open-capture', dropped: null })
    const open = async (): Promise<void> => {
      let path: string | null = null
      try {
        path = (await client.host.pickCapture())?.path ?? null
        if (path !== null) go({ kind: 'capture', id: (await client.captures.openFile({ path })).id, q: '' })
      } catch (error) {
        const { message, action, code } = failureOf(error)
        const damaged = code === 'damaged-capture' ? path : null
        if (damaged !== null) return void showToast({ text: message, tone: 'warn', action: { label: 'Salvage…', run: () => setOverlay({ kind: 'salvage', path: damaged }) } })
        showToast({ text: action === null ? message : `${message} ${action}`, tone: 'warn', lifeMs: null })
      }
    }
    void open()
  }, [capabilities?.fileDialogs, client, go])
  const isOver = useCaptureDrop(useCallback((name: string) => setOverlay({ kind: 'open-capture', dropped: name }), []))

  const shown = tabs.findIndex((tab) => tab.key === key)
  useAppCommands({
    openPalette: () => setOverlay({ kind: 'palette' }),
    openKeys: () => setOverlay({ kind: 'keys' }),
    openCapture,
    chooseStream: () => {
      setOverlay({ kind: 'palette' })
      showToast({ text: 'Choose the stream first; its header has Capture….' })
    },
    hasStream: () => place?.kind === 'stream',
    go,
    closeTab: () => { if (key !== null) closeTab(key) },
    showTab: (at) => { const tab = tabs[at]; if (tab) go(tab.place) },
    turnTab: (by) => { const tab = tabs[(shown + by + tabs.length) % tabs.length]; if (tab) go(tab.place) },
    hasTab: () => tabs.length > 0,
  })

  const titled = useMemo(() => tabs.map((tab) => ({ ...tab, words: tabWords(tab.place, known) })), [tabs, known])
  const title = titled.find((tab) => tab.key === key)?.words
  useEffect(() => {
    document.title = title ? `${title.title}, ${title.kind} · Kinescope` : 'Kinescope'
  }, [title])

  const places = useMemo(() => (overlay?.kind === 'palette' ? palettePlaces(known, go) : []), [overlay, known, go])
  const enterSandbox = async (accounts: readonly Connection[]): Promise<void> => {
    const [first] = accounts
    if (!first) return
    try {
      const streams = await client.streams.list({ connectionId: first.id })
      const stream = streams.find(({ name }) => name === 'orders') ?? streams[0]
      if (stream) return go({ kind: 'stream', connection: first.id, region: stream.region, name: stream.name, q: '', from: '' })
    } catch {
      // Its own place says why it can't be listed.
    }
    go({ kind: 'connection', connection: first.id })
  }
  return (
    <div className="shell">
      <WindowBar connection={around.connection} onPalette={() => setOverlay({ kind: 'palette' })} onKeys={() => setOverlay({ kind: 'keys' })} />
      <SplitPane
        id="sidebar"
        label="streams, captures and replays"
        paneIs="nav"
        side="start"
        initial={184}
        min={140}
        max={480}
        isOpen={!isStart || hasWork}
        pane={<Sidebar current={target(place)} onOpen={(target) => go(target.kind === 'stream' ? { ...target, q: '', from: '', ...lastSearch(tabs, target) } : target.kind === 'capture' ? { ...target, q: '' } : target)} onConnect={() => go({ kind: 'start' })} />}
      >
        {(!isStart || tabs.length > 0) && <TabBar tabs={titled} current={key} onClose={closeTab} />}
        <main className="shell-main">
          <CutOffNotice isShown={isStart || place?.kind === 'captures'} />
          {isStart && (
            <StartScreen
              onSandbox={(accounts) => void enterSandbox(accounts)}
              onConnected={(connection) => go({ kind: 'connection', connection: connection.id })}
              onOpenCapture={openCapture}
              onPalette={() => setOverlay({ kind: 'palette' })}
              onKeys={() => setOverlay({ kind: 'keys' })}
            />
          )}
          {place === null && (
            <EmptyPlace isPage title="There is no such place" actions={<Button size={32} variant="primary" onPress={() => go({ kind: 'start' })}>Go to the start</Button>}>
              The link may be of another version of Kinescope, or cut short.
            </EmptyPlace>
          )}
          {tabs.filter((tab) => tab.mounted).map((tab) => (
            <Kept key={tab.key} tab={tab} isInFront={tab.key === key} onGo={go} onGone={() => closeTab(tab.key)} />
          ))}
        </main>
      </SplitPane>
      <StatusBar inFront={around} onOpenJob={({ kind, id }) => go(kind === 'capture' ? { kind, id, q: '' } : { kind, id })} />
      {overlay?.kind === 'palette' && <Palette places={places} onClose={() => setOverlay(null)} />}
      {overlay?.kind === 'keys' && <CheatSheet onClose={() => setOverlay(null)} />}
      {overlay?.kind === 'open-capture' && <OpenCaptureDialog dropped={overlay.dropped} onOpened={(capture) => go({ kind: 'capture', id: capture.id, q: '' })} onClose={() => setOverlay(null)} />}
      {overlay?.kind === 'salvage' && <SalvageDialog path={overlay.path} onOpened={(id) => go({ kind: 'capture', id, q: '' })} onClose={() => setOverlay(null)} />}
      {isOver && <div className="shell-drop" aria-hidden="true">Drop a capture file to open it</div>}
      <Toasts />
    </div>
  )
}

/** A tab's place: out of sight it keeps its state and goes on reading, but takes no keys. */
function Kept({ tab, isInFront, onGo, onGone }: { tab: OpenTab; isInFront: boolean; onGo: (place: Place, replace?: boolean) => void; onGone: () => void }) {
  return (
    <CommandScope value={isInFront}>
      <div className="shell-place" hidden={!isInFront} inert={!isInFront}>
        <ErrorBoundary resetKey={JSON.stringify(tab.place)}>
          <PlaceView place={tab.place} onGo={onGo} onGone={onGone} />
        </ErrorBoundary>
      </div>
    </CommandScope>
  )
}

/** A stream that is open already comes back with its query. */
function lastSearch(tabs: readonly OpenTab[], stream: { connection: string; region: string; name: string }): { q?: string; from?: string } {
  const key = tabKey({ kind: 'stream', ...stream, q: '', from: '' })
  const place = tabs.find((tab) => tab.key === key)?.place
  return place?.kind === 'stream' ? { q: place.q, from: place.from } : {}
}

function target(place: Place | null) {
  switch (place?.kind) {
    case 'connection':
    case 'stream':
    case 'captures':
    case 'capture':
    case 'replay':
      return place
    default:
      return null
  }
}

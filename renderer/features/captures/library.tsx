import { useState } from 'react'
import { Link, useNavigate } from '@tanstack/react-router'
import { printable } from '#shared/model/printable.ts'
import type { CaptureInfo } from '#shared/model/capture.ts'
import { useCommand } from '../../commands/use-command.ts'
import { sizeOfCapture } from '../../data/capture-size.ts'
import { failureOf } from '../../data/failure.ts'
import { useCapabilities, useLibrary } from '../../data/hooks.ts'
import { titleOf } from '../../data/sources.ts'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyPlace } from '../../ui/empty-place.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatBytes, formatCount, zoneName } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { useZone } from '../../ui/time-zone.ts'
import { showToast } from '../../ui/toasts.tsx'
import { rangeWords, STATE_WORDS } from './capture-words.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { OpenDialog } from './open-dialog.tsx'
import { VerifyDialog } from './verify-dialog.tsx'
import './captures.css'

type Asked = { what: 'export' | 'verify' | 'delete'; capture: CaptureInfo } | { what: 'open' | 'import' } | null

/** Kept captures, and the views that are open. */
export function CaptureLibrary() {
  const client = useClient()
  const navigate = useNavigate()
  const library = useLibrary()
  const capabilities = useCapabilities().data
  const zone = useZone()
  const [asked, setAsked] = useState<Asked>(null)
  const open = (id: string) => void navigate({ to: '/captures/$id', params: { id } })

  const openFile = async () => {
    if (capabilities?.fileDialogs !== true) {
      setAsked({ what: 'open' })
      return
    }
    try {
      const picked = await client.host.pickCapture()
      if (picked !== null) open((await client.captures.openFile(picked)).id)
    } catch (error) {
      showToast({ text: failureOf(error).message, tone: 'warn' })
    }
  }
  useCommand({ id: 'captures.open', title: 'Open a capture file…', group: 'Captures', run: () => void openFile() })
  useCommand({ id: 'captures.import', title: 'Import NDJSON as a capture…', group: 'Captures', run: () => setAsked({ what: 'import' }) })

  const captures = (library.value ?? []).toSorted((a, b) => Number(a.name === null) - Number(b.name === null) || b.createdAt - a.createdAt)
  const kept = captures.filter((capture) => capture.name !== null)
  const buttons = (
    <>
      <Button icon="folder" onPress={() => void openFile()}>
        Open a file…
      </Button>
      <Button icon="save" onPress={() => setAsked({ what: 'import' })}>
        Import…
      </Button>
    </>
  )
  return (
    <div className="captures">
      <div className="captures-head">
        <h1>Captures</h1>
        <span className="captures-facts num">
          {library.value !== undefined && `${formatCount(kept.length)} kept, ${formatBytes(kept.reduce((sum, capture) => sum + sizeOfCapture(capture), 0))}`}
        </span>
        <span className="captures-spring" />
        {buttons}
      </div>
      {library.failure !== null && <ErrorNote failure={library.failure} />}
      {library.value === undefined ? (
        library.failure === null && <output className="captures-opening">Reading the library…</output>
      ) : captures.length === 0 ? (
        <EmptyPlace title="No captures yet" actions={buttons}>
          Open a stream and press <strong>C</strong>: what is on the screen is kept as a capture, one file that can be searched, replayed and sent to a colleague.
        </EmptyPlace>
      ) : (
        <div className="captures-scroller">
          <table className="captures-table">
            <caption className="visually-hidden">Captures</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Stream</th>
                <th scope="col">Range, {zoneName(zone)}</th>
                <th scope="col" className="captures-number">
                  Records
                </th>
                <th scope="col" className="captures-number">
                  Size
                </th>
                <th scope="col">State</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {captures.map((capture) => (
                <tr key={capture.id}>
                  <td className="captures-name">
                    <Link to="/captures/$id" params={{ id: capture.id }} className={capture.name === null ? 'captures-unnamed' : 'captures-named'} title={printable(capture.path)}>
                      {capture.name === null ? `unnamed, ${printable(capture.streamName)}` : printable(capture.name)}
                    </Link>
                  </td>
                  <td>
                    <span className="captures-stream ellipsis" title={printable(capture.streamArn)}>
                      {printable(capture.streamName)} <span className="captures-dim">{[capture.account, capture.region].filter((part) => part !== null).join(', ')}</span>
                    </span>
                  </td>
                  <td className="captures-range num">{rangeWords(capture, zone)}</td>
                  <td className="captures-number mono">{formatCount(capture.records)}</td>
                  <td className="captures-number num">{formatBytes(sizeOfCapture(capture))}</td>
                  <td className="captures-states">
                    <span className={`captures-state captures-state-${capture.state}`}>{STATE_WORDS[capture.state]}</span>
                    {capture.gaps > 0 && (
                      <span className="captures-gaps">
                        <Icon name="warn" size={12} />
                        {formatCount(capture.gaps)} {capture.gaps === 1 ? 'gap' : 'gaps'}
                      </span>
                    )}
                    {capture.failure !== null && <span className="captures-failure">{capture.failure.message}</span>}
                  </td>
                  <td className="captures-actions">
                    <Actions capture={capture} onAsk={setAsked} onOpen={() => open(capture.id)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asked?.what === 'open' && <OpenDialog onClose={() => setAsked(null)} onOpened={open} />}
      {asked?.what === 'import' && <ImportDialog onClose={() => setAsked(null)} onOpened={open} />}
      {asked?.what === 'export' && <ExportDialog capture={asked.capture} onClose={() => setAsked(null)} />}
      {asked?.what === 'verify' && <VerifyDialog capture={asked.capture} onClose={() => setAsked(null)} />}
      {asked?.what === 'delete' && <DeleteDialog capture={asked.capture} onClose={() => setAsked(null)} />}
    </div>
  )
}

function Actions({ capture, onAsk, onOpen }: { capture: CaptureInfo; onAsk: (asked: Asked) => void; onOpen: () => void }) {
  const client = useClient()
  const navigate = useNavigate()
  const isRunning = capture.state === 'reading' || capture.state === 'paused' || capture.state === 'starting'
  const stop = async () => {
    try {
      await client.captures.close({ id: capture.id })
    } catch (error) {
      showToast({ text: failureOf(error).message, tone: 'warn' })
    }
  }
  return (
    <Menu
      label={printable(titleOf(capture))}
      placement="bottom end"
      trigger={<IconButton icon="dots" label={`Actions for ${printable(titleOf(capture))}`} />}
      groups={[
        {
          entries: [
            { id: 'open', label: 'Open', icon: 'file', run: onOpen },
            { id: 'replay', label: 'Replay…', icon: 'play', run: () => void navigate({ to: '/replays/new', search: { capture: capture.id } }) },
            { id: 'export', label: 'Export…', icon: 'save', run: () => onAsk({ what: 'export', capture }) },
            { id: 'verify', label: 'Verify', icon: 'check', run: () => onAsk({ what: 'verify', capture }) },
          ],
        },
        {
          entries: [
            ...(isRunning ? [{ id: 'stop', label: capture.name === null ? 'Close the view' : 'Stop reading', icon: 'stop', run: () => void stop() } as const] : []),
            { id: 'delete', label: 'Delete…', icon: 'trash', danger: true, isDisabled: capture.name === null, run: () => onAsk({ what: 'delete', capture }) },
          ],
        },
      ]}
    />
  )
}

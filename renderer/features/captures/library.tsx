import { useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { useCommand } from '../../commands/use-command.ts'
import { sizeOfCapture } from '../../data/capture-size.ts'
import { failureOf } from '../../data/failure.ts'
import { useCapabilities, useLibrary } from '../../data/hooks.ts'
import { SalvageDialog } from '../../parts/salvage-dialog.tsx'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyPlace } from '../../ui/empty-place.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatBytes, formatCount, zoneName } from '../../ui/format.ts'
import { useZone } from '../../ui/time-zone.ts'
import { showToast } from '../../ui/toasts.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { type Asked, LibraryRow } from './library-row.tsx'
import { OpenDialog } from './open-dialog.tsx'
import { useResume } from './use-resume.ts'
import { VerifyDialog } from './verify-dialog.tsx'
import './captures.css'

/** Kept captures, and the views that are open. */
export function CaptureLibrary() {
  const client = useClient()
  const navigate = useNavigate()
  const library = useLibrary()
  const capabilities = useCapabilities().data
  const zone = useZone()
  const resume = useResume()
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
          Open a stream and press <strong>C</strong>: what is on the screen is kept as a capture, one file that can be searched, replayed and sent to a colleague. <strong>Shift+C</strong> captures from any point in time, or only what a search matches.
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
                <LibraryRow key={capture.id} capture={capture} zone={zone} resume={resume} onAsk={setAsked} onOpen={() => open(capture.id)} />
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
      {asked?.what === 'salvage' && <SalvageDialog path={asked.capture.path} onClose={() => setAsked(null)} onOpened={open} />}
    </div>
  )
}

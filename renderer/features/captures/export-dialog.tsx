import { useState } from 'react'
import type { CaptureInfo } from '#shared/model/capture.ts'
import { printable } from '#shared/model/printable.ts'
import { titleOf } from '../../data/sources.ts'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatCount } from '../../ui/format.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { fileNameOf, folderOf } from '../../parts/file-name.ts'
import { PathField } from '../../parts/path-field.tsx'
import { useJob } from '../../parts/use-job.ts'

type Format = 'ndjson' | 'csv'

const FORMATS = [
  { id: 'ndjson', label: 'NDJSON' },
  { id: 'csv', label: 'CSV' },
] as const

/** Writes a capture, or what a query selects of it, to a file. */
export function ExportDialog({ capture, onClose }: { capture: CaptureInfo; onClose: () => void }) {
  const client = useClient()
  const [format, setFormat] = useState<Format>('ndjson')
  const [query, setQuery] = useState('')
  const [typed, setTyped] = useState<string | null>(null)
  const job = useJob<{ written: number; done: boolean }>()
  const fileName = fileNameOf(titleOf(capture), format)
  const path = typed ?? `${folderOf(capture.path)}${fileName}`
  const isRunning = job.state === 'running'
  const submit = () => {
    if (isRunning || path.trim() === '') return
    job.run((signal) => client.captures.exportTo({ captureId: capture.id, query: query.trim(), format, path: path.trim() }, { signal }))
  }
  return (
    <Dialog
      title={`Export ${printable(titleOf(capture))}`}
      isOpen
      onClose={onClose}
      footer={
        isRunning ? (
          <Button size={32} icon="stop" onPress={job.stop}>
            Stop
          </Button>
        ) : job.state === 'done' ? (
          <Button size={32} variant="primary" onPress={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button size={32} onPress={onClose}>
              Cancel
            </Button>
            <Button size={32} variant="primary" kbd="enter" isDisabled={path.trim() === ''} onPress={submit}>
              Export
            </Button>
          </>
        )
      }
    >
      <form
        className="captures-form"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Segmented label="Format" options={FORMATS} selected={format} onChange={setFormat} />
        <PathField label="Into the file" value={path} onChange={setTyped} saveAs={fileName} takesFocus />
        <TextField label="Only what a search matches" value={query} onChange={setQuery} mono size={32} placeholder="all records" maxLength={10_000} />
        {job.state !== 'idle' && (
          <output className="captures-progress num">
            {isRunning && <ProgressBar label="Export" value={query.trim() === '' && capture.records > 0 ? (job.last?.written ?? 0) / capture.records : null} width="full" />}
            {job.state === 'stopped' ? 'Stopped. ' : ''}
            {formatCount(job.last?.written ?? 0)} records written{job.state === 'done' ? '.' : ''}
          </output>
        )}
        {job.failure !== null && <ErrorNote failure={job.failure} layout="line" />}
      </form>
    </Dialog>
  )
}

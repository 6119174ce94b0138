import { useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { failureOf } from '../../data/failure.ts'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatCount } from '../../ui/format.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { folderOf } from '../../parts/file-name.ts'
import { PathField } from '../../parts/path-field.tsx'
import { useJob } from '../../parts/use-job.ts'

/** Reads NDJSON into a new capture: as exported, or plain JSON values with a key from one of their fields. */
export function ImportDialog({ onClose, onOpened }: { onClose: () => void; onOpened: (id: string) => void }) {
  const client = useClient()
  const [path, setPath] = useState('')
  const [typedOut, setOut] = useState<string | null>(null)
  const [keyField, setKeyField] = useState('')
  const job = useJob<{ records: number; done: boolean }>()
  const name = path.trim().slice(folderOf(path.trim()).length).replace(/\.(ndjson|jsonl|json|txt)$/i, '')
  const out = typedOut ?? (name === '' ? '' : `${folderOf(path.trim())}${name}.kinescope`)
  const isRunning = job.state === 'running'
  const open = useMutation({
    mutationFn: () => client.captures.openFile({ path: out.trim() }),
    onSuccess: (capture) => {
      onClose()
      onOpened(capture.id)
    },
  })
  const isReady = path.trim() !== '' && out.trim() !== ''
  const submit = () => {
    if (isRunning || !isReady) return
    job.run((signal) => client.captures.importFrom({ path: path.trim(), out: out.trim(), keyField: keyField.trim() === '' ? null : keyField.trim() }, { signal }))
  }
  return (
    <Dialog
      title="Import NDJSON"
      isOpen
      onClose={onClose}
      footer={
        isRunning ? (
          <Button size={32} icon="stop" onPress={job.stop}>
            Stop
          </Button>
        ) : job.state === 'done' ? (
          <Button size={32} variant="primary" kbd="enter" isPending={open.isPending} onPress={() => open.mutate()}>
            Open the capture
          </Button>
        ) : (
          <>
            <Button size={32} onPress={onClose}>
              Cancel
            </Button>
            <Button size={32} variant="primary" kbd="enter" isDisabled={!isReady} onPress={submit}>
              Import
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
        <PathField label="From the file" value={path} onChange={setPath} takesFocus description="One JSON value a line: as Kinescope exports them, or any others." />
        <PathField label="Into the capture" value={out} onChange={setOut} saveAs={name === '' ? 'import.kinescope' : `${name}.kinescope`} />
        <TextField
          label="Partition key from the field"
          value={keyField}
          onChange={setKeyField}
          mono
          size={32}
          placeholder="customer.id"
          maxLength={512}
          description="For plain JSON values; exported records carry their keys."
        />
        {job.state !== 'idle' && (
          <output className="captures-progress num">
            {isRunning && <ProgressBar label="Import" value={null} width="full" />}
            {job.state === 'stopped' ? 'Stopped. ' : ''}
            {formatCount(job.last?.records ?? 0)} records imported{job.state === 'done' ? '.' : ''}
          </output>
        )}
        {job.failure !== null && <ErrorNote failure={job.failure} layout="line" />}
        {open.error !== null && <ErrorNote failure={failureOf(open.error)} layout="line" />}
      </form>
    </Dialog>
  )
}

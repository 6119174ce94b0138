import { useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { printable } from '#shared/model/printable.ts'
import { failureOf } from '../data/failure.ts'
import { useClient } from '../platform/client.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { formatCount } from '../ui/format.ts'
import { ProgressBar } from '../ui/progress-bar.tsx'
import { folderOf } from './file-name.ts'
import { PathField } from './path-field.tsx'
import { useJob } from './use-job.ts'
import './salvage-dialog.css'

export interface Salvaged {
  records: number
  lost: number
  gaps: number
  done: boolean
}

/** Makes a new capture of what can be read of a damaged one, and puts it into the library. */
export function SalvageDialog({ path, onClose, onOpened }: { path: string; onClose: () => void; onOpened: (id: string) => void }) {
  const client = useClient()
  const folder = folderOf(path)
  const stem = path.slice(folder.length).replace(/\.kinescope$/i, '')
  const [out, setOut] = useState(`${folder}${stem} salvaged.kinescope`)
  const job = useJob<Salvaged>()
  const isRunning = job.state === 'running'
  const open = useMutation({
    mutationFn: async () => {
      const { id, name } = await client.captures.openFile({ path: out.trim() })
      // With a name it is one of the library, as the damaged one was.
      return client.captures.keep({ id, name: (name ?? stem).slice(0, 120) })
    },
    onSuccess: ({ id }) => {
      onClose()
      onOpened(id)
    },
  })
  const submit = () => {
    if (isRunning || job.state === 'done' || out.trim() === '') return
    job.run((signal) => client.captures.salvage({ path, out: out.trim() }, { signal }))
  }
  return (
    <Dialog
      title={`Salvage ${printable(stem)}`}
      isOpen
      onClose={onClose}
      footer={
        isRunning ? (
          <Button size={32} icon="stop" onPress={job.stop}>
            Stop
          </Button>
        ) : job.state === 'done' ? (
          <Button size={32} variant="primary" kbd="enter" takesFocus isPending={open.isPending} onPress={() => open.mutate()}>
            Open the new capture
          </Button>
        ) : (
          <>
            <Button size={32} onPress={onClose}>
              Cancel
            </Button>
            <Button size={32} variant="primary" kbd="enter" isDisabled={out.trim() === ''} onPress={submit}>
              Salvage
            </Button>
          </>
        )
      }
    >
      <form
        className="salvage"
        onSubmit={(event) => {
          event.preventDefault()
          event.stopPropagation()
          submit()
        }}
      >
        <p className="salvage-what">What can still be read of it is written into a new capture, with a gap wherever something is lost. The damaged file stays as it is.</p>
        <p className="salvage-path mono">{printable(path)}</p>
        {job.state !== 'done' && <PathField label="Into the new capture" value={out} onChange={setOut} saveAs={`${stem} salvaged.kinescope`} takesFocus />}
        {job.last !== null || isRunning ? (
          <output className="salvage-progress num">
            {isRunning && <ProgressBar label="Salvage" value={null} width="full" />}
            {job.state === 'stopped' ? 'Stopped: no capture was made. ' : ''}
            {salvagedWords(job.last ?? { records: 0, lost: 0, gaps: 0, done: false })}
          </output>
        ) : null}
        {job.failure !== null && <ErrorNote failure={job.failure} layout="line" />}
        {open.error !== null && <ErrorNote failure={failureOf(open.error)} layout="line" />}
      </form>
    </Dialog>
  )
}

/** "12,340 records saved, 230 lost, 3 gaps say where." What is lost is known at the end only. */
export function salvagedWords({ records, lost, gaps, done }: Salvaged): string {
  const saved = `${formatCount(records)} ${records === 1 ? 'record' : 'records'}`
  if (!done) return `${saved} so far`
  if (lost === 0) return `${saved} saved, none is known to be lost${gaps === 0 ? '.' : `; it has ${gapWords(gaps)}.`}`
  return `${saved} saved, ${formatCount(lost)} lost${gaps === 0 ? '.' : `; ${gapWords(gaps)} ${gaps === 1 ? 'says' : 'say'} where.`}`
}

const gapWords = (gaps: number): string => `${formatCount(gaps)} ${gaps === 1 ? 'gap' : 'gaps'}`

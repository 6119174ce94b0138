import { useState } from 'react'
import type { CaptureInfo } from '#shared/model/capture.ts'
import type { Failure } from '#shared/model/error.ts'
import { failureOf } from '../../data/failure.ts'
import { SalvageButton } from '../../parts/salvage-button.tsx'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { TextField } from '../../ui/text-field.tsx'

/** Opens a capture by its path, where the host has no file dialog. `dropped` is the name of a file that was dropped here. */
export function OpenCaptureDialog({ dropped, onOpened, onClose }: { dropped: string | null; onOpened: (capture: CaptureInfo) => void; onClose: () => void }) {
  const client = useClient()
  const [path, setPath] = useState(dropped ?? '')
  const [pending, setPending] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const open = async (): Promise<void> => {
    if (path.trim() === '' || pending) return
    setPending(true)
    setFailure(null)
    try {
      onOpened(await client.captures.openFile({ path: path.trim() }))
      onClose()
    } catch (error) {
      setFailure(failureOf(error))
      setPending(false)
    }
  }
  return (
    <Dialog
      title="Open a capture file"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button size={32} onPress={onClose}>Cancel</Button>
          <Button size={32} variant="primary" isPending={pending} isDisabled={path.trim() === ''} onPress={() => void open()}>{pending ? 'Opening…' : 'Open'}</Button>
        </>
      }
    >
      <form onSubmit={(event) => { event.preventDefault(); void open() }}>
        <TextField
          label={dropped === null ? 'Path of the file' : `A page is not told where “${dropped}” is. Complete its path.`}
          placeholder="/home/me/incident.kinescope"
          value={path}
          onChange={setPath}
          mono
          size={32}
          takesFocus
        />
      </form>
      {failure && <ErrorNote failure={failure} layout="line" actions={<SalvageButton failure={failure} path={path.trim()} onOpened={onClose} />} />}
    </Dialog>
  )
}

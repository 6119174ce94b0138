import { useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { failureOf } from '../../data/failure.ts'
import { SalvageButton } from '../../parts/salvage-button.tsx'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { PathField } from '../../parts/path-field.tsx'

/** Opens a capture file by its path, where the host has no dialog for it. */
export function OpenDialog({ onClose, onOpened }: { onClose: () => void; onOpened: (id: string) => void }) {
  const client = useClient()
  const [path, setPath] = useState('')
  const open = useMutation({
    mutationFn: () => client.captures.openFile({ path: path.trim() }),
    onSuccess: (capture) => {
      onClose()
      onOpened(capture.id)
    },
  })
  const submit = () => {
    if (path.trim() !== '' && !open.isPending) open.mutate()
  }
  return (
    <Dialog
      title="Open a capture file"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button size={32} onPress={onClose}>
            Cancel
          </Button>
          <Button size={32} variant="primary" kbd="enter" isPending={open.isPending} isDisabled={path.trim() === ''} onPress={submit}>
            Open
          </Button>
        </>
      }
    >
      <form
        className="captures-form"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <PathField label="Path" value={path} onChange={setPath} takesFocus description="Of a .kinescope file on the machine where Kinescope runs." />
        {open.error !== null && <ErrorNote failure={failureOf(open.error)} layout="line" actions={<SalvageButton failure={failureOf(open.error)} path={path.trim()} onOpened={onClose} />} />}
      </form>
    </Dialog>
  )
}

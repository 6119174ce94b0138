import { useMutation } from '@tanstack/react-query'
import { printable } from '#shared/model/printable.ts'
import type { CaptureInfo } from '#shared/model/capture.ts'
import { failureOf } from '../../data/failure.ts'
import { titleOf } from '../../data/sources.ts'
import { useClient } from '../../platform/client.ts'
import { AlertDialog } from '../../ui/alert-dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatBytes, formatCount } from '../../ui/format.ts'
import { showToast } from '../../ui/toasts.tsx'

export function DeleteDialog({ capture, onClose }: { capture: CaptureInfo; onClose: () => void }) {
  const client = useClient()
  const name = printable(titleOf(capture))
  const remove = useMutation({
    mutationFn: () => client.captures.remove({ id: capture.id }),
    onSuccess: () => {
      showToast({ text: `${name} is deleted.`, tone: 'ok' })
      onClose()
    },
  })
  return (
    <AlertDialog title={`Delete ${name}?`} isOpen confirmLabel="Delete the capture" onConfirm={() => remove.mutate()} onCancel={onClose}>
      <p>
        Its file with {formatCount(capture.records)} records, {formatBytes(capture.fileSize)}, is removed from the disk. It can’t be brought back.
      </p>
      <p className="captures-path mono">{printable(capture.path)}</p>
      {remove.error !== null && <ErrorNote failure={failureOf(remove.error)} layout="line" />}
    </AlertDialog>
  )
}

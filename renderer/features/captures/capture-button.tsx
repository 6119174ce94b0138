import { useState } from 'react'
import { useCommand } from '../../commands/use-command.ts'
import { Button } from '../../ui/button.tsx'
import { CaptureDialog, type CaptureDialogProps } from './capture-dialog.tsx'

/** Opens the capture dialog on the stream in front. */
export function CaptureButton(subject: Omit<CaptureDialogProps, 'onClose'>) {
  const [isOpen, setOpen] = useState(false)
  useCommand({ id: 'capture.start', title: 'Capture this stream…', key: 'shift+c', group: 'Records', run: () => setOpen(true) })
  return (
    <>
      <Button kbd="shift+c" onPress={() => setOpen(true)}>
        Capture…
      </Button>
      {isOpen && (
        <CaptureDialog
          {...subject}
          onClose={() => setOpen(false)}
          onStarted={(id) => {
            setOpen(false)
            subject.onStarted(id)
          }}
        />
      )}
    </>
  )
}

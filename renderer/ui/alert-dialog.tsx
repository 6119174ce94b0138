import { useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { TextField } from './text-field.tsx'
import './alert-dialog.css'

export interface AlertDialogProps {
  title: string
  isOpen: boolean
  children: ReactNode
  /** What the button does, in its own words: "Delete capture". */
  confirmLabel: string
  onConfirm: () => void
  onCancel: () => void
  /** The name that has to be typed before it can be confirmed. */
  typed?: string
  production?: boolean
}

/** Asks before something that can't be taken back. Cancel is the default: it has the focus and Return. */
export function AlertDialog({ title, isOpen, children, confirmLabel, onConfirm, onCancel, typed, production = false }: AlertDialogProps) {
  const [name, setName] = useState('')
  const close = (): void => {
    setName('')
    onCancel()
  }
  return (
    <Dialog
      role="alertdialog"
      title={title}
      isOpen={isOpen}
      onClose={close}
      edge={production ? 'production' : null}
      footer={
        <>
          <Button size={32} variant="danger" isDisabled={typed !== undefined && name !== typed} onPress={() => { setName(''); onConfirm() }}>{confirmLabel}</Button>
          <Button size={32} variant="primary" kbd="enter" takesFocus onPress={close}>Cancel</Button>
        </>
      }
    >
      <div className="ui-alert-text">{children}</div>
      {typed !== undefined && (
        <form onSubmit={(event) => { event.preventDefault(); close() }}>
          <TextField label={<>Type <span className="mono">{typed}</span> to go on</>} value={name} onChange={setName} mono size={32} />
        </form>
      )}
    </Dialog>
  )
}

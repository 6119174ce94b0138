import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import './dialog.css'

export interface DialogProps {
  title: string
  isOpen: boolean
  onClose: () => void
  children: ReactNode
  /** Buttons, at the right end. */
  footer?: ReactNode
  width?: 'dialog' | 'sheet' | 'palette'
  /** Red top edge: what is decided here touches production. */
  edge?: 'production' | null
  role?: 'dialog' | 'alertdialog'
  /** Only for screen readers, where the content is its own headline. */
  hideTitle?: boolean
}

/** A window over the console; Escape and a click beside it close it. */
export function Dialog({ title, isOpen, onClose, children, footer, width = 'dialog', edge = null, role = 'dialog', hideTitle = false }: DialogProps) {
  return (
    <ModalOverlay className="ui-scrim" isOpen={isOpen} onOpenChange={(open) => { if (!open) onClose() }} isDismissable={role === 'dialog'}>
      <Modal className={`ui-modal ui-modal-${width} ${edge === null ? '' : 'ui-modal-production'}`}>
        <AriaDialog role={role} className="ui-dialog">
          <Heading slot="title" className={hideTitle ? 'visually-hidden' : 'ui-dialog-title'}>{title}</Heading>
          {hideTitle ? children : <div className="ui-dialog-body">{children}</div>}
          {footer !== undefined && <div className="ui-dialog-footer">{footer}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

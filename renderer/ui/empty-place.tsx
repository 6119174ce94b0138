import type { ReactNode } from 'react'
import './empty-place.css'

/** An empty pane: what belongs here, and the next step. */
export function EmptyPlace({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="ui-empty">
      <h2 className="ui-empty-title">{title}</h2>
      {children !== undefined && <div className="ui-empty-text">{children}</div>}
      {actions !== undefined && <div className="ui-empty-actions">{actions}</div>}
    </div>
  )
}

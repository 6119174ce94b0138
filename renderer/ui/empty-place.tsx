import type { ReactNode } from 'react'
import './empty-place.css'

/** An empty pane: what belongs here, and the next step. */
export function EmptyPlace({ title, children, actions, isPage = false }: { title: string; children?: ReactNode; actions?: ReactNode; /** Nothing above it names the place: its title is the page's. */ isPage?: boolean }) {
  const Title = isPage ? 'h1' : 'h2'
  return (
    <div className="ui-empty">
      <Title className="ui-empty-title">{title}</Title>
      {children !== undefined && <div className="ui-empty-text">{children}</div>}
      {actions !== undefined && <div className="ui-empty-actions">{actions}</div>}
    </div>
  )
}

import type { ReactNode } from 'react'
import type { Failure } from '#shared/model/error.ts'
import { Button } from './button.tsx'
import { copyText } from './copy-text.ts'
import { Icon } from './icon.tsx'
import { Popover } from './popover.tsx'
import './error-note.css'

export interface ErrorNoteProps {
  failure: Failure
  /** Offered where trying again may help. */
  onRetry?: (() => void) | undefined
  /** Further ways out: buttons. */
  actions?: ReactNode
  /** `place` fills an empty pane, `strip` is a band above what is still there, `line` fits a narrow list. */
  layout?: 'place' | 'strip' | 'line'
}

/** What went wrong, where it went wrong: what happened, what to do, and AWS's request id one click away. */
export function ErrorNote({ failure, onRetry, actions, layout = 'strip' }: ErrorNoteProps) {
  return (
    <div className={`ui-error ui-error-${layout}`} role="alert">
      <Icon name="warn" size={layout === 'line' ? 14 : 16} />
      <div className="ui-error-words">
        <p className="ui-error-what">{failure.message}</p>
        {failure.action !== null && <p className="ui-error-action">{failure.action}</p>}
        {(onRetry || actions || failure.requestId !== null) && (
          <div className="ui-error-buttons">
            {onRetry && <Button icon="refresh" onPress={onRetry}>Try again</Button>}
            {actions}
            {failure.requestId !== null && <RequestId id={failure.requestId} />}
          </div>
        )}
      </div>
    </div>
  )
}

function RequestId({ id }: { id: string }) {
  return (
    <Popover label="AWS request id" trigger={<Button variant="plain">AWS request id</Button>}>
      <div className="ui-error-request">
        <span className="mono">{id}</span>
        <Button icon="copy" onPress={() => void copyText(id, 'Request id')}>Copy</Button>
      </div>
    </Popover>
  )
}

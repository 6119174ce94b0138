import { useRouter } from '@tanstack/react-router'
import type { Connection } from '#shared/model/connection.ts'
import { EnvironmentMark } from '../ui/environment-mark.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { OmniButton } from './omni-button.tsx'
import { useHistoryEnds } from './use-history-ends.ts'
import './window-bar.css'

export function WindowBar({ connection, onPalette, onKeys }: { connection: Connection | null; onPalette: () => void; onKeys: () => void }) {
  const { history } = useRouter()
  const { canGoBack, canGoForward } = useHistoryEnds()
  return (
    <header className={`window-bar ${connection ? `window-bar-${connection.environment}` : ''}`}>
      <div className="window-bar-start">
        <IconButton icon="back" label="Back" isDisabled={!canGoBack} onPress={() => history.back()} />
        <IconButton icon="forward" label="Forward" isDisabled={!canGoForward} onPress={() => history.forward()} />
        {connection ? (
          <span className="window-connection">
            <EnvironmentMark environment={connection.environment} strong />
            <span className="window-account num ellipsis">{[connection.accountId ?? connection.label, connection.region].join(', ')}</span>
            {connection.readOnly && <span className="window-lock"><Icon name="lock" size={12} />read-only</span>}
          </span>
        ) : (
          <span className="window-connection window-account">Not connected</span>
        )}
      </div>
      <OmniButton onPress={onPalette} />
      <div className="window-bar-end">
        <IconButton icon="keyboard" label="All keys" kbd="?" onPress={onKeys} />
      </div>
    </header>
  )
}

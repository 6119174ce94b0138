import { useCapabilities } from '../data/hooks.ts'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/copy-text.ts'
import { zoneName } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { setZone, useZone } from '../ui/time-zone.ts'
import { Jobs } from './jobs.tsx'
import { Reads } from './reads.tsx'
import type { InFront } from './use-in-front.ts'
import './status-bar.css'

/** What the place in front touches, what it costs others, and what goes on elsewhere. */
export function StatusBar({ inFront, onOpenJob }: { inFront: InFront; onOpenJob: (job: { kind: 'capture' | 'replay'; id: string }) => void }) {
  const { connection, streamArn } = inFront
  const zone = useZone()
  const version = useCapabilities().data?.version
  return (
    <footer className="status-bar" aria-label="Status">
      {streamArn !== null && <div><Button variant="plain" className="status-button" onPress={() => void copyText(streamArn, 'ARN')} aria-label={`Copy ${streamArn}`}><span className="ellipsis">{streamArn}</span></Button></div>}
      {connection && <div className="num">{account(connection)}</div>}
      {connection?.readOnly && <div><Icon name="lock" size={12} />read-only</div>}
      <Reads streamArn={streamArn} />
      {!connection && <div>Keys stay on this computer. No telemetry.</div>}
      <span className="status-rest" />
      <Jobs onOpen={onOpenJob} />
      {!connection && version !== undefined && <div className="num">Kinescope {version}</div>}
      <div>
        <Button variant="plain" className="status-button" onPress={() => setZone(zone === 'utc' ? 'local' : 'utc')} aria-label={`Times are in ${zone === 'utc' ? 'UTC' : 'local time'}: show ${zone === 'utc' ? 'local time' : 'UTC'}`}>{zoneName(zone)}</Button>
      </div>
    </footer>
  )
}

function account(connection: { accountId: string | null; label: string; profile: string | null }): string {
  const who = connection.profile === null ? connection.label : `profile ${connection.profile}`
  return connection.accountId === null ? who : `${connection.accountId} as ${who}`
}

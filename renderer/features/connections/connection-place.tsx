import { useState } from 'react'
import type { Connection } from '#shared/model/connection.ts'
import { failureOf } from '../../data/failure.ts'
import { useConnections, useStreamListings } from '../../data/hooks.ts'
import { useClient } from '../../platform/client.ts'
import { AlertDialog } from '../../ui/alert-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyPlace } from '../../ui/empty-place.tsx'
import { EnvironmentMark } from '../../ui/environment-mark.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatCount } from '../../ui/format.ts'
import { Kbd } from '../../ui/kbd.tsx'
import { showToast } from '../../ui/toasts.tsx'
import './connection-place.css'

export interface ConnectionPlaceProps {
  connectionId: string
  onOpenStream: (connection: string, region: string, name: string) => void
  onConnect: () => void
  /** The connection was removed. */
  onGone: () => void
}

/** One account in one region: how its streams are reached, whether they could be listed, and what to do next. */
export function ConnectionPlace({ connectionId, onOpenStream, onConnect, onGone }: ConnectionPlaceProps) {
  const connections = useConnections()
  const listing = useStreamListings().value?.get(connectionId)
  const client = useClient()
  const connection = connections.value?.find(({ id }) => id === connectionId)
  const refresh = (): void => {
    client.streams.refresh({ connectionId }).catch((error: unknown) => showToast({ text: failureOf(error).message, tone: 'warn' }))
  }
  if (!connection) {
    if (connections.value === undefined && connections.state !== 'failed') return <output className="connection-waiting">Looking for the connection…</output>
    return (
      <EmptyPlace isPage title="This connection is not here any more" actions={<Button size={32} variant="primary" onPress={onConnect}>Connect</Button>}>
        It was removed, or it was a sandbox that has stopped since.
      </EmptyPlace>
    )
  }
  const first = listing?.streams[0]
  return (
    <>
      <ConnectionHeader connection={connection} onRefresh={refresh} onGone={onGone} />
      {listing?.failure ? (
        <ErrorNote failure={listing.failure} layout="place" onRetry={refresh} actions={<Button onPress={onConnect}>Connect another way</Button>} />
      ) : !listing || (listing.state === 'loading' && listing.streams.length === 0) ? (
        <output className="connection-waiting">Asking for the streams of {connection.label}…</output>
      ) : first ? (
        <EmptyPlace title={`${formatCount(listing.streams.length)} ${listing.streams.length === 1 ? 'stream' : 'streams'} in ${connection.label}`} actions={<Button size={32} variant="primary" onPress={() => onOpenStream(connectionId, first.region, first.name)}>Open {first.name}</Button>}>
          Choose one in the tree, or press <Kbd keys="mod+k" /> and type a few letters of its name. Its last records are on the screen at once, and what arrives is added as it comes.
        </EmptyPlace>
      ) : (
        <EmptyPlace title={`No streams in ${connection.label}`} actions={<Button size={32} icon="refresh" onPress={refresh}>Look again</Button>}>
          This account has no data streams in {connection.region}. Streams of another region need a connection of their own.
        </EmptyPlace>
      )}
    </>
  )
}

function ConnectionHeader({ connection, onRefresh, onGone }: { connection: Connection; onRefresh: () => void; onGone: () => void }) {
  const client = useClient()
  const [asks, setAsks] = useState(false)
  const remove = async (): Promise<void> => {
    setAsks(false)
    try {
      await client.connections.remove({ id: connection.id })
      onGone()
    } catch (error) {
      showToast({ text: failureOf(error).message, tone: 'warn' })
    }
  }
  return (
    <header className="connection-header">
      <h1 className="connection-name ellipsis">{connection.label}</h1>
      <div className="connection-facts num">
        <EnvironmentMark environment={connection.environment} />
        <span>{connection.region}</span>
        {connection.accountId !== null && <span>{connection.accountId}</span>}
        <span className="ellipsis">{connection.kind === 'profile' ? `profile ${connection.profile}` : connection.endpoint}</span>
        {connection.readOnly && <span>read-only</span>}
      </div>
      <div className="connection-actions">
        <Button icon="refresh" onPress={onRefresh}>List again</Button>
        {connection.kind !== 'sandbox' && <Button variant="plain" onPress={() => setAsks(true)}>Remove</Button>}
      </div>
      <AlertDialog title={`Remove ${connection.label}?`} isOpen={asks} confirmLabel="Remove connection" onConfirm={() => void remove()} onCancel={() => setAsks(false)}>
        It leaves the tree, and views on its streams close. Captures that were kept stay, and nothing in AWS changes.
      </AlertDialog>
    </header>
  )
}

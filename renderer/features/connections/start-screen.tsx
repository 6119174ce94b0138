import { useState } from 'react'
import type { Connection } from '#shared/model/connection.ts'
import type { Failure } from '#shared/model/error.ts'
import { useCommand } from '../../commands/use-command.ts'
import { failureOf } from '../../data/failure.ts'
import { useConnections } from '../../data/hooks.ts'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { EndpointDialog } from './endpoint-dialog.tsx'
import { Logo } from './logo.tsx'
import { ProfileList, useProfiles } from './profile-list.tsx'
import { profilesFound, underHome } from './profile-words.ts'
import { SandboxDrawing } from './sandbox-drawing.tsx'
import './start-screen.css'

export interface StartScreenProps {
  /** The sandbox runs: its accounts. */
  onSandbox: (accounts: readonly Connection[]) => void
  onConnected: (connection: Connection) => void
  onOpenCapture: () => void
  onPalette: () => void
  onKeys: () => void
}

/** The two doors: the embedded Kinesis, and AWS. */
export function StartScreen(props: StartScreenProps) {
  return (
    <div className="start">
      <div className="start-page">
        <Logo />
        <h1 className="start-title">See what is in the stream</h1>
        <p className="start-lead">Kinescope reads Kinesis Data Streams record by record, shard by shard, and keeps what it has read, so that you can search it and play it back.</p>
        <div className="doors">
          <SandboxDoor onSandbox={props.onSandbox} />
          <AwsDoor onConnected={props.onConnected} />
        </div>
        <div className="start-foot">
          <Button variant="plain" icon="file" className="start-drop" onPress={props.onOpenCapture}>Or drop a capture file here, and open it without any account</Button>
          <span className="start-keys">
            <Button variant="plain" onPress={props.onPalette}><Kbd keys="mod+k" />Commands</Button>
            <Button variant="plain" onPress={props.onKeys}><Kbd keys="?" />All keys</Button>
          </span>
        </div>
      </div>
    </div>
  )
}

function SandboxDoor({ onSandbox }: Pick<StartScreenProps, 'onSandbox'>) {
  const client = useClient()
  const [pending, setPending] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const open = async (): Promise<void> => {
    if (pending) return
    setPending(true)
    setFailure(null)
    try {
      onSandbox(await client.connections.openSandbox())
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setPending(false)
    }
  }
  useCommand({ id: 'sandbox.open', title: 'Explore the sandbox', key: 'enter', group: 'Start', run: () => void open() })
  return (
    <section className="door" aria-labelledby="door-sandbox">
      <h2 id="door-sandbox">Explore the sandbox</h2>
      <p>Kinesis on this computer, with live demo traffic. No account needed.</p>
      <SandboxDrawing />
      <div className="door-go">
        <Button variant="primary" size={32} kbd="enter" isPending={pending} onPress={() => void open()}>{pending ? 'Starting Kinesis…' : 'Explore the sandbox'}</Button>
        {failure === null && <span className="door-note">{pending ? 'A few seconds, the first time' : 'Orders, clicks, sensors and logs, live'}</span>}
      </div>
      {failure && <ErrorNote failure={failure} layout="line" />}
    </section>
  )
}

function AwsDoor({ onConnected }: Pick<StartScreenProps, 'onConnected'>) {
  const profiles = useProfiles()
  const connections = useConnections().value ?? []
  const [asksEndpoint, setAsksEndpoint] = useState(false)
  const found = profiles.data
  const [before, after] = profilesFound(found?.profiles.length ?? 0)
  useCommand({ id: 'connection.endpoint', title: 'Connect to an endpoint', group: 'Start', run: () => setAsksEndpoint(true) })
  return (
    <section className="door" aria-labelledby="door-aws">
      <h2 id="door-aws">Connect to AWS</h2>
      <p>{found ? <>{before}<span className="mono" title={found.file}>{underHome(found.file)}</span>{after}</> : profiles.isPending ? 'Looking for profiles in ~/.aws…' : 'The profiles in ~/.aws could not be read.'}</p>
      <div className="door-list">
        {profiles.error && <ErrorNote failure={failureOf(profiles.error)} layout="line" onRetry={() => void profiles.refetch()} />}
        {found && found.profiles.length > 0 && <ProfileList profiles={found.profiles} connections={connections} onConnected={onConnected} />}
        {found?.profiles.length === 0 && (
          <p className="door-empty">A profile is made by <span className="mono">aws configure</span> or <span className="mono">aws configure sso</span>. An endpoint on this computer or in your network needs none.</p>
        )}
      </div>
      <div className="door-go">
        <Button size={32} onPress={() => setAsksEndpoint(true)}>Connect to an endpoint</Button>
        {found && <Button size={32} variant="plain" icon="refresh" onPress={() => void profiles.refetch()}>Look again</Button>}
      </div>
      {asksEndpoint && <EndpointDialog onConnected={onConnected} onClose={() => setAsksEndpoint(false)} />}
    </section>
  )
}

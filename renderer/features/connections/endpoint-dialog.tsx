import { useState } from 'react'
import type { Connection, Environment } from '#shared/model/connection.ts'
import type { Failure } from '#shared/model/error.ts'
import { failureOf } from '../../data/failure.ts'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EnvironmentMark } from '../../ui/environment-mark.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { endpointProblem, suggestedLabel } from './endpoint-words.ts'

const environments = (['local', 'development', 'staging', 'production'] as const).map((id) => ({
  id,
  label: { local: 'Local', development: 'Development', staging: 'Staging', production: 'Production' }[id],
  show: <EnvironmentMark environment={id} />,
}))

/** Adds a connection to a Kinesis at any URL: an embedded server, LocalStack, a VPC endpoint. */
export function EndpointDialog({ onConnected, onClose }: { onConnected: (connection: Connection) => void; onClose: () => void }) {
  const client = useClient()
  const [endpoint, setEndpoint] = useState('http://127.0.0.1:4567')
  const [region, setRegion] = useState('us-east-1')
  const [account, setAccount] = useState('')
  const [label, setLabel] = useState('')
  const [environment, setEnvironment] = useState<Environment>('local')
  const [tried, setTried] = useState(false)
  const [pending, setPending] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  const problems = endpointProblem({ endpoint, region, account })
  const isGood = problems.endpoint === null && problems.region === null && problems.account === null
  const connect = async (): Promise<void> => {
    setTried(true)
    if (!isGood || pending) return
    setPending(true)
    setFailure(null)
    try {
      const name = label.trim() === '' ? suggestedLabel(endpoint) : label.trim()
      onConnected(await client.connections.add({ kind: 'endpoint', label: name, endpoint: endpoint.trim(), region: region.trim(), accountId: account.trim() === '' ? null : account.trim(), environment }))
      onClose()
    } catch (error) {
      setFailure(failureOf(error))
      setPending(false)
    }
  }
  return (
    <Dialog
      title="Connect to an endpoint"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button size={32} onPress={onClose}>Cancel</Button>
          <Button size={32} variant="primary" isPending={pending} onPress={() => void connect()}>{pending ? 'Connecting…' : 'Connect'}</Button>
        </>
      }
    >
      <form className="endpoint-form" onSubmit={(event) => { event.preventDefault(); void connect() }}>
        <TextField label="Endpoint URL" value={endpoint} onChange={setEndpoint} mono size={32} takesFocus inputMode="url" error={tried ? problems.endpoint : null} className="endpoint-wide" />
        <TextField label="Region" value={region} onChange={setRegion} mono size={32} error={tried ? problems.region : null} />
        <TextField label="Account id" value={account} onChange={setAccount} mono size={32} placeholder="optional" inputMode="numeric" maxLength={12} error={tried ? problems.account : null} />
        <TextField label="Label" value={label} onChange={setLabel} size={32} placeholder={suggestedLabel(endpoint)} maxLength={60} />
        <Select label="Environment" options={environments} selected={environment} onChange={setEnvironment} size={32} />
        <p className="endpoint-note endpoint-wide">A server on this computer gets placeholder keys, and the account id chooses the account where it has several. Any other gets the credentials that the AWS environment variables give.</p>
        <button type="submit" hidden aria-hidden="true" tabIndex={-1}>Connect</button>
      </form>
      {failure && <ErrorNote failure={failure} layout="line" />}
    </Dialog>
  )
}

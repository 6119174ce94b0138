import { useState } from 'react'
import { printable } from '#shared/model/printable.ts'
import type { Failure } from '#shared/model/error.ts'
import type { ReplayPlan } from '#shared/model/replay.ts'
import { Button } from '../../ui/button.tsx'
import { EnvironmentMark } from '../../ui/environment-mark.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatBytes, formatCount, formatDuration } from '../../ui/format.ts'
import { TextField } from '../../ui/text-field.tsx'

export interface GuardProps {
  plan: ReplayPlan | undefined
  /** The plan on the screen is the one of what is chosen now. */
  isPlanned: boolean
  isStarting: boolean
  failure: Failure | null
  onStart: (confirm: string | null) => void
  onCancel: () => void
}

/**
 * The last step. Where it touches production, or would double a stream's own records, the
 * stream's name has to be typed, and Cancel is the default.
 */
export function Guard({ plan, isPlanned, isStarting, failure, onStart, onCancel }: GuardProps) {
  const [typed, setTyped] = useState('')
  const name = plan?.target.name ?? ''
  const isGuarded = plan?.mustConfirm === true
  const isReady = plan !== undefined && isPlanned && plan.records > 0 && (!isGuarded || typed === name)
  const label = `Replay ${formatCount(plan?.records ?? 0)} ${plan?.records === 1 ? 'record' : 'records'}`
  const start = () => onStart(isGuarded ? typed : null)
  return (
    <aside className="replays-side" aria-label="Send">
      <dl className="replays-summary num">
        <dt>Sends</dt>
        <dd>{plan === undefined ? 'nothing yet' : `${formatCount(plan.records)} records, ${formatBytes(plan.bytes)}`}</dd>
        {plan !== undefined && (
          <>
            <dt>Takes</dt>
            <dd>about {formatDuration(plan.durationMs)}</dd>
          </>
        )}
        <dt>Keeps</dt>
        <dd>partition keys, explicit hash keys, and the order within each key</dd>
        <dt>Retries</dt>
        <dd>only what was throttled or refused for a moment</dd>
        <dt>Reports</dt>
        <dd>acknowledged, failed and unknown records apart</dd>
      </dl>
      {plan !== undefined && (
        <div className={isGuarded ? 'replays-guard replays-guard-on' : 'replays-guard'}>
          {isGuarded ? (
            <>
              <p className="replays-guard-title">
                {plan.target.environment === 'production' ? <EnvironmentMark environment="production" label="This writes to production" strong /> : 'This writes into its own source'}
              </p>
              <p className="replays-guard-text">
                {formatCount(plan.records)} records go to {printable(name)}. They can’t be taken back: they stay until their retention ends, and its consumers will read them.
              </p>
              <form
                onSubmit={(event) => {
                  event.preventDefault()
                  onCancel()
                }}
              >
                <TextField
                  label={
                    <>
                      Type <span className="mono">{printable(name)}</span> to go on
                    </>
                  }
                  value={typed}
                  onChange={setTyped}
                  mono
                  size={32}
                />
              </form>
            </>
          ) : (
            <p className="replays-guard-text">
              {plan.records === 0 ? 'No record is selected, so there is nothing to send.' : `Records go to ${printable(name)} and stay until their retention ends.`}
            </p>
          )}
          {failure !== null && <ErrorNote failure={failure} layout="line" />}
          <div className="replays-guard-buttons">
            <Button size={32} variant={isGuarded ? 'danger' : 'primary'} isDisabled={!isReady} isPending={isStarting} onPress={start}>
              {label}
            </Button>
            <Button size={32} variant={isGuarded ? 'primary' : 'default'} {...(isGuarded ? { kbd: 'enter' } : {})} onPress={onCancel}>
              Cancel
            </Button>
          </div>
        </div>
      )}
    </aside>
  )
}

import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { printable } from '#shared/model/printable.ts'
import type { ReplayProgress } from '#shared/model/replay.ts'
import { failureOf } from '../../data/failure.ts'
import { useConnections, useReplayProgress } from '../../data/hooks.ts'
import { connectionOf } from '../../data/sources.ts'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { EnvironmentMark } from '../../ui/environment-mark.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatCount, formatDuration, formatRate, formatShare } from '../../ui/format.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toasts.tsx'
import './replays.css'

const STATES = { running: 'Running', done: 'Done', stopped: 'Stopped', failed: 'Failed' } as const

/** A replay while it runs, and its final counts. */
export function ReplayView({ replayId }: { replayId: string }) {
  const { value, failure } = useReplayProgress(replayId)
  if (value !== undefined) return <Progress replay={value} />
  if (failure !== null) return <ErrorNote failure={failure} layout="place" />
  return <output className="replays-opening">Opening the replay…</output>
}

function Progress({ replay }: { replay: ReplayProgress }) {
  const client = useClient()
  const navigate = useNavigate()
  const connection = connectionOf(useConnections().value, replay.target.connectionId)
  const stop = useMutation({
    mutationFn: () => client.replays.stop({ replayId: replay.replayId }),
    onError: (error) => showToast({ text: failureOf(error).message, tone: 'warn' }),
  })
  const settled = replay.acknowledged + replay.failed + replay.unknown
  const share = replay.planned === 0 ? null : settled / replay.planned
  const isRunning = replay.state === 'running'
  const plan = () =>
    void navigate({ to: '/replays/new', search: { capture: replay.captureId, ...(replay.query === '' ? {} : { q: replay.query }) } })
  const openTarget = () => {
    if (connection === undefined) return
    void navigate({
      to: '/streams/$connection/$region/$name/records',
      params: { connection: connection.id, region: connection.region, name: replay.target.name },
      search: { from: new Date(replay.startedAt).toISOString() },
    })
  }
  return (
    <div className="replays">
      <div className="replays-head">
        <h1 className="ellipsis">{printable(replay.title)}</h1>
        <span className={`replays-state replays-state-${replay.state}`}>{STATES[replay.state]}</span>
        <span className="replays-facts replays-dim num">
          started <Time at={replay.startedAt} precision="second" />
        </span>
        <span className="replays-spring" />
        <Button onPress={plan}>Plan another</Button>
        <Button isDisabled={connection === undefined} onPress={openTarget}>
          Open the target
        </Button>
        {isRunning && (
          <Button variant="danger" icon="stop" isPending={stop.isPending} onPress={() => stop.mutate()}>
            Stop
          </Button>
        )}
      </div>
      <div className="replays-run">
        {replay.failure !== null && <ErrorNote failure={replay.failure} />}
        <div className="replays-run-head">
          <p className="replays-big num">
            {formatCount(replay.acknowledged)} of {formatCount(replay.planned)} acknowledged
          </p>
          <p className="replays-run-target">
            into <strong>{printable(replay.target.name)}</strong>
            {connection !== undefined && <EnvironmentMark environment={connection.environment} label={printable(connection.label)} />}
          </p>
          {replay.query !== '' && <p className="mono replays-query">{printable(replay.query)}</p>}
        </div>
        <ProgressBar label="Replay" value={share} width="full" />
        <p className="replays-run-line num">
          {share !== null && <span>{formatShare(share)}</span>}
          {isRunning && <span>{formatRate(replay.recordsPerSecond)}</span>}
          {isRunning && replay.timeLeftMs !== null && <span>{formatDuration(replay.timeLeftMs)} left</span>}
          {!isRunning && <span>{verdict(replay)}</span>}
        </p>
        {replay.firstReason !== null && <p className="replays-run-line">The first that was not stored: {printable(replay.firstReason)}</p>}
        <table className="replays-counts num">
          <caption className="visually-hidden">Counts</caption>
          <tbody>
            <Count name="Planned" value={replay.planned} note="records that the source selects" />
            <Count name="Sent" value={replay.sent} note="handed to PutRecords at least once" />
            <Count name="Acknowledged" value={replay.acknowledged} note="stored by the target" tone={replay.acknowledged === replay.planned && replay.planned > 0 ? 'ok' : 'plain'} />
            <Count name="Failed" value={replay.failed} note="refused for good" tone={replay.failed > 0 ? 'danger' : 'plain'} />
            <Count name="Unknown" value={replay.unknown} note="sent without an answer: they may be stored or not" tone={replay.unknown > 0 ? 'warn' : 'plain'} />
            <Count name="Sent again" value={replay.retried} note="throttled entries that were repeated" />
          </tbody>
        </table>
      </div>
    </div>
  )
}

function Count({ name, value, note, tone = 'plain' }: { name: string; value: number; note: string; tone?: 'plain' | 'ok' | 'warn' | 'danger' }) {
  return (
    <tr className={`replays-count-${tone}`}>
      <th scope="row">{name}</th>
      <td className="replays-count mono">{formatCount(value)}</td>
      <td className="replays-count-note">{note}</td>
    </tr>
  )
}

function verdict(replay: ReplayProgress): string {
  const missing = replay.planned - replay.acknowledged
  if (replay.state === 'done' && missing === 0) return 'Every record was stored.'
  const left = replay.planned - replay.acknowledged - replay.failed - replay.unknown
  const parts = [
    replay.failed > 0 ? `${formatCount(replay.failed)} failed` : '',
    replay.unknown > 0 ? `${formatCount(replay.unknown)} are unknown` : '',
    left > 0 ? `${formatCount(left)} were not sent` : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? STATES[replay.state] : `${parts.join(', ')}.`
}

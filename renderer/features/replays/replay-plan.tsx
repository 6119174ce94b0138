import { useEffect, useState } from 'react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { printable } from '#shared/model/printable.ts'
import type { CaptureInfo } from '#shared/model/capture.ts'
import type { Pace, ReplayPlan } from '#shared/model/replay.ts'
import { failureOf } from '../../data/failure.ts'
import { useCapture, useConnections, useReplayPlan } from '../../data/hooks.ts'
import { connectionOf, titleOf } from '../../data/sources.ts'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { EmptyPlace } from '../../ui/empty-place.tsx'
import { EnvironmentMark } from '../../ui/environment-mark.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatBytes, formatCount, formatDate, formatTime, zoneName } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { useZone } from '../../ui/time-zone.ts'
import { Guard } from './guard.tsx'
import { PacePanel } from './pace-panel.tsx'
import { planWarnings } from './plan-words.ts'
import { ShardLoad } from './shard-load.tsx'
import { TargetPicker } from './target-picker.tsx'
import type { Target } from './target-picker.tsx'
import './replays.css'

export interface ReplayPlanViewProps {
  captureId: string
  /** Empty or undefined: every record. */
  query: string | undefined
}

/** A typed pace is planned after this pause, in ms. */
const SETTLE = 250

/** What a replay would do, before it does anything. */
export function ReplayPlanView({ captureId, query = '' }: ReplayPlanViewProps) {
  const capture = useCapture(captureId)
  if (capture.error !== null) return <ErrorNote failure={failureOf(capture.error)} layout="place" onRetry={() => void capture.refetch()} />
  if (capture.data === undefined) return <output className="replays-opening">Opening the capture…</output>
  return <Plan capture={capture.data} query={query} />
}

function Plan({ capture, query }: { capture: CaptureInfo; query: string }) {
  const client = useClient()
  const navigate = useNavigate()
  const [target, setTarget] = useState<Target | null>(null)
  const [pace, setPace] = useState<Pace>({ type: 'speed', factor: 1 })
  const settled = useSettled(pace)
  const plan = useReplayPlan(target === null ? null : { captureId: capture.id, query, target, pace: settled })
  const shown = target === null ? undefined : plan.data
  const start = useMutation({
    mutationFn: (confirm: string | null) => {
      if (target === null) throw new Error('A replay needs a target.')
      return client.replays.start({ captureId: capture.id, query, target, pace, confirm, lastRow: shown?.lastRow ?? null })
    },
    onSuccess: (replay) => navigate({ to: '/replays/$id', params: { id: replay.replayId } }),
  })
  const back = () => void navigate({ to: '/captures/$id', params: { id: capture.id }, search: query === '' ? {} : { q: query } })
  const failure = plan.error === null ? null : failureOf(plan.error)
  const title = `${titleOf(capture)} to ${shown?.target.name ?? '…'}`

  return (
    <div className="replays">
      <div className="replays-head">
        <h1 className="ellipsis">{printable(title)}</h1>
        <span className="replays-facts">Replay plan</span>
        <PlanState target={target} plan={plan} />
        <span className="replays-spring" />
        <Button onPress={() => void copyText(window.location.href, 'Link')}>Copy link</Button>
        <Button icon="refresh" isDisabled={target === null} isPending={plan.isFetching} onPress={() => void plan.refetch()}>
          Dry run again
        </Button>
      </div>
      <div className="replays-split">
        <div className="replays-main">
          <div className="replays-flow">
            <Source capture={capture} query={query} plan={shown} />
            <span className="replays-arrow">
              <Icon name="arrow" />
            </span>
            <TargetFacts target={target} plan={shown} onTarget={setTarget} />
          </div>
          {target === null ? (
            <EmptyPlace title="Choose where the records go" actions={<TargetPicker target={null} onTarget={setTarget} />}>
              Any stream of any connection: another account, or the sandbox. Nothing is written before you have seen what would happen.
            </EmptyPlace>
          ) : failure !== null && shown === undefined ? (
            <ErrorNote failure={failure} layout="place" onRetry={() => void plan.refetch()} />
          ) : (
            <>
              {failure !== null && <ErrorNote failure={failure} onRetry={() => void plan.refetch()} />}
              <PacePanel pace={pace} onPace={setPace} plan={shown} />
              <ShardLoad plan={shown} />
              {shown !== undefined && <Warnings plan={shown} pace={pace} onPace={setPace} />}
            </>
          )}
        </div>
        <Guard
          plan={shown}
          isPlanned={!plan.isPlaceholderData && !plan.isFetching && settled === pace && failure === null}
          isStarting={start.isPending}
          failure={start.error === null ? null : failureOf(start.error)}
          onStart={(confirm) => start.mutate(confirm)}
          onCancel={back}
        />
      </div>
    </div>
  )
}

/** A value once it has stood still for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

function PlanState({ target, plan }: { target: Target | null; plan: ReturnType<typeof useReplayPlan> }) {
  const zone = useZone()
  if (target === null) return null
  return (
    <output className="replays-facts replays-dim num">
      {plan.isFetching
        ? 'dry run goes on…'
        : plan.data === undefined
          ? 'no dry run yet'
          : `dry run ${formatTime(plan.dataUpdatedAt, zone, 'second')}, nothing written`}
    </output>
  )
}

function Source({ capture, query, plan }: { capture: CaptureInfo; query: string; plan: ReplayPlan | undefined }) {
  const zone = useZone()
  const first = plan === undefined ? capture.firstArrival : plan.firstArrival
  const last = plan === undefined ? capture.lastArrival : plan.lastArrival
  const client = useClient()
  const counted = useQuery({
    queryKey: ['count', capture.id, query],
    queryFn: ({ signal }) => client.captures.count({ captureId: capture.id, query }, { signal }),
    enabled: query !== '' && plan === undefined,
    retry: false,
  }).data
  const count = plan?.records ?? (query === '' ? capture.records : (counted?.count ?? null))
  return (
    <section className="replays-end" aria-label="Source">
      <h2 className="replays-title">Source</h2>
      <p className="replays-big num">{count === null ? 'Matches' : `${formatCount(count)} ${count === 1 ? 'record' : 'records'}`}</p>
      <p>
        {query === '' ? 'all of' : 'match in'} {capture.name === null ? 'the view of' : 'capture'} <strong>{printable(titleOf(capture))}</strong>
      </p>
      {query !== '' && <p className="replays-query mono">{printable(query)}</p>}
      {first !== null && last !== null && (
        <p className="num">
          {formatDate(first, zone)}, {formatTime(first, zone, 'second')} to {formatTime(last, zone, 'second')} {zoneName(zone)}
        </p>
      )}
      {(plan !== undefined || query === '') && <p className="num">{formatBytes(plan?.bytes ?? capture.bytes)}</p>}
    </section>
  )
}

function TargetFacts({ target, plan, onTarget }: { target: Target | null; plan: ReplayPlan | undefined; onTarget: (target: Target) => void }) {
  const connection = connectionOf(useConnections().value, target?.connectionId ?? null)
  return (
    <section className="replays-end" aria-label="Target">
      <h2 className="replays-title">
        Target
        {target !== null && <TargetPicker target={target} onTarget={onTarget} />}
      </h2>
      {target === null ? (
        <p className="replays-big replays-dim">none yet</p>
      ) : (
        <>
          <p className="replays-big">{printable(target.stream)}</p>
          {connection !== undefined && (
            <p>
              <EnvironmentMark environment={connection.environment} />
            </p>
          )}
          {plan !== undefined && (
            <>
              <p className="num">
                {plan.target.account}, {plan.target.region}
              </p>
              <p className="num">
                {plan.target.openShards} open {plan.target.openShards === 1 ? 'shard' : 'shards'}
              </p>
            </>
          )}
          {connection !== undefined && <p>through {printable(connection.label)}</p>}
        </>
      )}
    </section>
  )
}

function Warnings({ plan, pace, onPace }: { plan: ReplayPlan; pace: Pace; onPace: (pace: Pace) => void }) {
  // What was seen and left as it is comes back with another plan.
  const [left, setLeft] = useState<{ of: ReplayPlan; ids: readonly string[] }>({ of: plan, ids: [] })
  const ids = left.of === plan ? left.ids : []
  const warnings = planWarnings(plan, pace).filter((warning) => !ids.includes(warning.id))
  return (
    <div className="replays-warnings">
      {warnings.map((warning) => (
        <div key={warning.id} className="replays-warning" role="note">
          <Icon name="warn" />
          <div>
            <strong>{printable(warning.what)}</strong> <span className="replays-more">{printable(warning.more)}</span>
            {warning.remedy !== null && (
              <div className="replays-warning-buttons">
                <Button onPress={() => warning.remedy !== null && onPace(warning.remedy.pace)}>{warning.remedy.label}</Button>
                <Button variant="plain" onPress={() => setLeft({ of: plan, ids: [...ids, warning.id] })}>
                  Leave it
                </Button>
              </div>
            )}
          </div>
        </div>
      ))}
    </div>
  )
}

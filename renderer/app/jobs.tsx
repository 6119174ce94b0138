import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type CaptureInfo, isBeingRead } from '#shared/model/capture.ts'
import type { ReplayProgress } from '#shared/model/replay.ts'
import { sizeOfCapture } from '../data/capture-size.ts'
import { failureOf } from '../data/failure.ts'
import { useLibrary, useReplays } from '../data/hooks.ts'
import { PauseButton, StopButton } from '../features/captures/capture-controls.tsx'
import { gapWords, keptWords, paceWords } from '../features/captures/progress-words.ts'
import { useClient } from '../platform/client.ts'
import { Button } from '../ui/button.tsx'
import { formatBytes, formatCount, formatDuration, type Zone } from '../ui/format.ts'
import { Popover } from '../ui/popover.tsx'
import { ProgressBar } from '../ui/progress-bar.tsx'
import { useZone } from '../ui/time-zone.ts'
import { showToast } from '../ui/toasts.tsx'

export type JobTarget = { kind: 'capture' | 'replay'; id: string }

type Job = JobTarget & {
  title: string
  /** What the status bar has room for, and the rest of it. */
  note: string
  more: string
  share: number | null
} & ({ kind: 'capture'; capture: CaptureInfo } | { kind: 'replay' })

export function captureJob(capture: CaptureInfo, zone: Zone): Job {
  const { pace } = capture
  const left = pace?.remaining === undefined || pace.remaining === null ? '' : `, ${formatDuration(pace.remaining)} left`
  const more = [
    capture.state === 'paused' ? 'paused' : '',
    ...(pace === undefined || capture.state === 'paused' ? [] : paceWords({ ...pace, remaining: null }, zone)),
    keptWords(capture) === null ? '' : `${keptWords(capture)} by filter`,
    capture.gaps === 0 ? '' : gapWords(capture.gaps),
  ]
  return {
    kind: 'capture',
    id: capture.id,
    title: `Capture ${capture.name}`,
    note: `${formatCount(capture.records)} records, ${formatBytes(sizeOfCapture(capture))}${left}`,
    more: more.filter((words) => words !== '').join(', '),
    share: null,
    capture,
  }
}

function replayJob(replay: ReplayProgress): Job {
  return {
    kind: 'replay',
    id: replay.replayId,
    title: `Replay ${replay.title}`,
    note: `${formatCount(replay.acknowledged)} of ${formatCount(replay.planned)}${replay.timeLeftMs === null ? '' : `, ${formatDuration(replay.timeLeftMs)} left`}`,
    more: '',
    share: replay.planned === 0 ? null : replay.acknowledged / replay.planned,
  }
}

/** Work that goes on whatever is in front: kept captures that read, and replays. */
function useJobs(): Job[] {
  const zone = useZone()
  const captures = useLibrary().value ?? []
  const replays = useReplays().data ?? []
  return [
    ...captures.filter((capture) => capture.name !== null && isBeingRead(capture)).map((capture) => captureJob(capture, zone)),
    ...replays.filter((replay) => replay.state === 'running').map(replayJob),
  ]
}

/** Jobs in the status bar: they outlive their tabs, and can be paused and stopped from here. */
export function Jobs({ onOpen }: { onOpen: (job: JobTarget) => void }) {
  const jobs = useJobs()
  const [first] = jobs
  if (!first) return null
  return (
    <>
      <div className="num status-job">
        <span className="ellipsis">{first.title}, {first.note}</span>
        {first.share !== null && <ProgressBar label={first.title} value={first.share} />}
      </div>
      <div>
        <Popover label="Jobs" placement="top end" trigger={<Button variant="plain" className="status-button">{jobs.length === 1 ? '1 job' : `${jobs.length} jobs`}</Button>}>
          {(close) => (
            <div className="jobs">
              <h2 className="jobs-title">Jobs</h2>
              <ul>
                {jobs.map((job) => (
                  <li key={`${job.kind} ${job.id}`} className="job" aria-label={job.title}>
                    <span className="job-words">
                      <span className="ellipsis">{job.title}</span>
                      <span className="job-note num">{job.note}</span>
                      {job.more !== '' && <span className="job-note num">{job.more}</span>}
                      {job.share !== null && <ProgressBar label={job.title} value={job.share} width="full" />}
                    </span>
                    <Button onPress={() => { close(); onOpen({ kind: job.kind, id: job.id }) }}>Show</Button>
                    {job.kind === 'capture' ? <><PauseButton capture={job.capture} /><StopButton capture={job.capture} /></> : <StopReplay id={job.id} />}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </Popover>
      </div>
    </>
  )
}

function StopReplay({ id }: { id: string }) {
  const client = useClient()
  const queries = useQueryClient()
  const stop = useMutation({
    mutationFn: () => client.replays.stop({ replayId: id }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['replays'] }),
    onError: (error) => showToast({ text: failureOf(error).message, tone: 'warn' }),
  })
  return <Button isPending={stop.isPending} onPress={() => stop.mutate()}>Stop</Button>
}

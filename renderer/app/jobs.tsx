import { useQueryClient } from '@tanstack/react-query'
import { sizeOfCapture } from '../data/capture-size.ts'
import { failureOf } from '../data/failure.ts'
import { useLibrary, useReplays } from '../data/hooks.ts'
import { useClient } from '../platform/client.ts'
import { Button } from '../ui/button.tsx'
import { formatBytes, formatCount, formatDuration } from '../ui/format.ts'
import { Popover } from '../ui/popover.tsx'
import { ProgressBar } from '../ui/progress-bar.tsx'
import { showToast } from '../ui/toasts.tsx'

interface Job {
  kind: 'capture' | 'replay'
  id: string
  title: string
  note: string
  share: number | null
}

/** Work that goes on whatever is in front: kept captures that read, and replays. */
function useJobs(): Job[] {
  const captures = useLibrary().value ?? []
  const replays = useReplays().data ?? []
  return [
    ...captures
      .filter((capture) => capture.name !== null && (capture.state === 'reading' || capture.state === 'starting'))
      .map((capture): Job => ({ kind: 'capture', id: capture.id, title: `Capture ${capture.name}`, note: `${formatCount(capture.records)} records, ${formatBytes(sizeOfCapture(capture))}`, share: null })),
    ...replays
      .filter((replay) => replay.state === 'running')
      .map((replay): Job => ({
        kind: 'replay',
        id: replay.replayId,
        title: `Replay ${replay.title}`,
        note: `${formatCount(replay.acknowledged)} of ${formatCount(replay.planned)}${replay.timeLeftMs === null ? '' : `, ${formatDuration(replay.timeLeftMs)} left`}`,
        share: replay.planned === 0 ? null : replay.acknowledged / replay.planned,
      })),
  ]
}

/** Jobs in the status bar: they outlive their tabs, and can be stopped from here. */
export function Jobs({ onOpen }: { onOpen: (job: { kind: 'capture' | 'replay'; id: string }) => void }) {
  const jobs = useJobs()
  const client = useClient()
  const queries = useQueryClient()
  const [first] = jobs
  if (!first) return null
  const stop = async (job: Job): Promise<void> => {
    try {
      await (job.kind === 'capture' ? client.captures.close({ id: job.id }) : client.replays.stop({ replayId: job.id }))
      await queries.invalidateQueries({ queryKey: ['replays'] })
    } catch (error) {
      showToast({ text: failureOf(error).message, tone: 'warn' })
    }
  }
  return (
    <>
      <div className="num">{first.title}, {first.note}{first.share !== null && <ProgressBar label={first.title} value={first.share} />}</div>
      <div>
        <Popover label="Jobs" placement="top end" trigger={<Button variant="plain" className="status-button">{jobs.length === 1 ? '1 job' : `${jobs.length} jobs`}</Button>}>
          {(close) => (
            <div className="jobs">
              <h2 className="jobs-title">Jobs</h2>
              <ul>
                {jobs.map((job) => (
                  <li key={`${job.kind} ${job.id}`} className="job">
                    <span className="job-words">
                      <span className="ellipsis">{job.title}</span>
                      <span className="job-note num">{job.note}</span>
                      {job.share !== null && <ProgressBar label={job.title} value={job.share} width="full" />}
                    </span>
                    <Button onPress={() => { close(); onOpen(job) }}>Show</Button>
                    <Button onPress={() => void stop(job)}>Stop</Button>
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

import { type CaptureInfo, type CaptureProgress, isBeingRead, paceOf } from '#shared/model/capture.ts'
import { printable } from '#shared/model/printable.ts'
import { sizeOfCapture } from '../../data/capture-size.ts'
import { useCapture, useCaptureProgress, useLibrary } from '../../data/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatBytes, formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { useZone } from '../../ui/time-zone.ts'
import { StopButton } from './capture-controls.tsx'
import { HELD_WORDS, rangeWords, STATE_WORDS } from './capture-words.ts'
import { gapWords, keptWords, paceWords } from './progress-words.ts'
import { ShardsPopover } from './shards-popover.tsx'
import { useResume } from './use-resume.ts'
import './captures.css'

/** Which capture this is: its state, the stream that it was read from, from when to when, and how it comes on. */
export function CaptureHeader({ captureId }: { captureId: string }) {
  const zone = useZone()
  const info = useCapture(captureId).data
  const progress = useCaptureProgress(info === undefined ? null : captureId).value
  const held = useLibrary().value?.find(({ id }) => id === captureId)?.held
  const resume = useResume()
  const capture = progress ?? info
  if (capture === undefined) return null
  const failure = resume.failures.get(captureId)
  const isCutOff = held === 'interrupted' || (capture.state === 'failed' && capture.name !== null && held === undefined)
  return (
    <>
      <header className="captures-head captures-place-head">
        <h1 className="ellipsis">{capture.name === null ? `unnamed, ${printable(capture.streamName)}` : printable(capture.name)}</h1>
        <StateMark capture={{ ...capture, held }} />
        <span className="captures-facts num ellipsis" title={printable(capture.streamArn)}>
          {[printable(capture.streamName), capture.account, capture.region].filter((part) => part !== null).join(', ')}
        </span>
        <span className="captures-facts num ellipsis">{rangeWords(capture, zone)}</span>
        <span className="captures-facts num">{formatBytes(sizeOfCapture(capture))}</span>
        <span className="captures-spring" />
        <StopButton capture={capture} />
        {isCutOff && (
          <Button isPending={resume.pending.has(captureId)} onPress={() => resume.run([capture])}>
            Resume reading
          </Button>
        )}
      </header>
      {failure !== undefined && <ErrorNote failure={failure} />}
      {progress !== undefined && <ProgressLine progress={progress} />}
    </>
  )
}

export function StateMark({ capture: { state, held } }: { capture: Pick<CaptureInfo, 'state' | 'held'> }) {
  return <span className={`captures-state captures-facts captures-state-${held ?? state}`}>{held === undefined ? STATE_WORDS[state] : HELD_WORDS[held]}</span>
}

/** Where a capture that is or was read here stands, in numbers. */
function ProgressLine({ progress }: { progress: CaptureProgress }) {
  const zone = useZone()
  const isRead = isBeingRead(progress)
  const kept = keptWords(progress)
  if (!isRead && kept === null && progress.gaps === 0) return null
  return (
    <section className="captures-progress-line num" aria-label="Progress">
      <span>{formatCount(progress.records)} records</span>
      {isRead && paceWords(paceOf(progress), zone).map((words) => <span key={words.replaceAll(/[\d.,]/g, '')} className={words === 'fan-out' ? 'captures-way' : ''}>{words}</span>)}
      {kept !== null && progress.filter !== null && (
        <span className="captures-filter">
          <span>{kept} by filter</span>
          <code className="mono ellipsis" title={printable(progress.filter)}>{printable(progress.filter)}</code>
        </span>
      )}
      {progress.gaps > 0 && (
        <span className="captures-gaps">
          <Icon name="warn" size={12} />
          {gapWords(progress.gaps)}
        </span>
      )}
      {progress.shards.length > 0 && <ShardsPopover progress={progress} />}
    </section>
  )
}

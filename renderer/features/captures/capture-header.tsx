import { printable } from '#shared/model/printable.ts'
import { sizeOfCapture } from '../../data/capture-size.ts'
import { useCapture, useCaptureProgress } from '../../data/hooks.ts'
import { formatBytes } from '../../ui/format.ts'
import { useZone } from '../../ui/time-zone.ts'
import { rangeWords, STATE_WORDS } from './capture-words.ts'
import './captures.css'

/** Which capture this is: its state, the stream that it was read from, and from when to when. */
export function CaptureHeader({ captureId }: { captureId: string }) {
  const zone = useZone()
  const info = useCapture(captureId).data
  const capture = useCaptureProgress(captureId).value ?? info
  if (capture === undefined) return null
  return (
    <header className="captures-head captures-place-head">
      <h1 className="ellipsis">{capture.name === null ? `unnamed, ${printable(capture.streamName)}` : printable(capture.name)}</h1>
      <span className={`captures-state captures-facts captures-state-${capture.state}`}>{STATE_WORDS[capture.state]}</span>
      <span className="captures-facts num ellipsis" title={printable(capture.streamArn)}>
        {[printable(capture.streamName), capture.account, capture.region].filter((part) => part !== null).join(', ')}
      </span>
      <span className="captures-facts num ellipsis">{rangeWords(capture, zone)}</span>
      <span className="captures-facts num">{formatBytes(sizeOfCapture(capture))}</span>
    </header>
  )
}

import { useState } from 'react'
import type { CaptureInfo } from '#shared/model/capture.ts'
import { printable } from '#shared/model/printable.ts'
import { useLibrary } from '../../data/hooks.ts'
import { titleOf } from '../../data/sources.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatCount, zoneName } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Time } from '../../ui/time.tsx'
import { useZone } from '../../ui/time-zone.ts'
import { type Resuming, useResume } from './use-resume.ts'
import './cut-off-notice.css'

/**
 * After a crash: captures that were being read are offered to be read on. What is dismissed stays in the library as it is,
 * and is offered again at the next start.
 */
export function CutOffNotice({ isShown }: { isShown: boolean }) {
  const library = useLibrary().value ?? []
  const resume = useResume()
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set())
  const captures = library.filter(({ id, held }) => held === 'interrupted' && !dismissed.has(id))
  const [first] = captures
  if (!isShown || first === undefined) return null
  const isOne = captures.length === 1
  return (
    <section className="cut-off" aria-label="Captures that were cut off">
      <div className="cut-off-line">
        <Icon name="info" size={14} />
        <p className="cut-off-what">
          {isOne ? <CutOff capture={first} isSentence /> : `${formatCount(captures.length)} captures were cut off while being read. What they hold is safe, and they can be read on from there.`}
        </p>
        <Button variant="primary" isPending={captures.every(({ id }) => resume.pending.has(id))} onPress={() => resume.run(captures)}>
          {isOne ? 'Resume' : 'Resume all'}
        </Button>
        <Button variant="plain" onPress={() => setDismissed(new Set([...dismissed, ...captures.map(({ id }) => id)]))}>
          Dismiss
        </Button>
      </div>
      {isOne ? (
        <Failed id={first.id} resume={resume} />
      ) : (
        <ul className="cut-off-list">
          {captures.map((capture) => (
            <li key={capture.id}>
              <div className="cut-off-line">
                <span className="cut-off-what"><CutOff capture={capture} /></span>
                <Button isPending={resume.pending.has(capture.id)} aria-label={`Resume ${printable(titleOf(capture))}`} onPress={() => resume.run([capture])}>
                  Resume
                </Button>
              </div>
              <Failed id={capture.id} resume={resume} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** "incident 4711, orders, 12,340 records to 14:31:58 UTC" */
function CutOff({ capture, isSentence = false }: { capture: CaptureInfo; isSentence?: boolean }) {
  const zone = useZone()
  return (
    <>
      <strong>{printable(titleOf(capture))}</strong>
      {isSentence && ' was cut off while being read. What it holds is safe, and it can be read on from there'}
      <span className="cut-off-facts num">
        {isSentence ? ': ' : ''}
        {printable(capture.streamName)}, {formatCount(capture.records)} {capture.records === 1 ? 'record' : 'records'}
        {capture.lastArrival !== null && <> to <Time at={capture.lastArrival} show="datetime" precision="second" /> {zoneName(zone)}</>}
        {isSentence ? '.' : ''}
      </span>
    </>
  )
}

function Failed({ id, resume }: { id: string; resume: Resuming }) {
  const failure = resume.failures.get(id)
  return failure === undefined ? null : <ErrorNote failure={failure} layout="line" />
}

import { memo, useMemo, useState } from 'react'
import { parseJson } from '#shared/model/json-text.ts'
import { printable } from '#shared/model/printable.ts'
import type { CaptureInfo } from '#shared/model/capture.ts'
import type { RecordDetail } from '#shared/model/record.ts'
import { failureOf } from '../../data/failure.ts'
import { useRecord } from '../../data/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatCount, formatDateTime, formatRelative, formatTime, zoneName } from '../../ui/format.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { ShardChip } from '../../ui/shard-chip.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { useZone } from '../../ui/time-zone.ts'
import { useNow } from '../../ui/use-now.ts'
import { Attributes } from './attributes-view.tsx'
import { utf8, keyQuery } from './copy-as.ts'
import { CopyMenu } from './copy-menu.tsx'
import { DecodeTrace } from './decode-trace.tsx'
import { HexView } from './hex-view.tsx'
import { JsonTree } from './json-tree.tsx'
import { useBytes } from './long-record.ts'
import type { LongRecord } from './long-record.ts'
import { TextView } from './text-view.tsx'

type View = 'decoded' | 'text' | 'hex' | 'attributes'

const VIEWS = [
  { id: 'decoded', label: 'Decoded' },
  { id: 'text', label: 'Text' },
  { id: 'hex', label: 'Hex' },
  { id: 'attributes', label: 'Attributes' },
] as const

export interface InspectorProps {
  capture: CaptureInfo
  recordId: number
  shardSteps: ReadonlyMap<string, number>
  onClose: () => void
  onQuery: (query: string) => void
  /** Replays what is shown: opens the plan for this capture and the query in force. */
  onReplay: () => void
}

/** One record: what it is, how it was decoded, and what can be done with it. */
export const Inspector = memo(function Inspector(props: InspectorProps) {
  const record = useRecord(props.capture.id, props.recordId)
  const [view, setView] = useState<View>('decoded')
  if (record.error !== null) {
    return (
      <aside className="records-inspector" aria-label="Record">
        <div className="records-inspector-head">
          <div className="records-inspector-line">
            <span className="records-inspector-spring" />
            <IconButton icon="close" label="Close" kbd="escape" onPress={props.onClose} />
          </div>
        </div>
        <ErrorNote failure={failureOf(record.error)} layout="place" onRetry={() => void record.refetch()} />
      </aside>
    )
  }
  return (
    <aside className="records-inspector" aria-label="Record" aria-busy={record.isPending}>
      {record.data !== undefined && <Detail {...props} detail={record.data} view={view} onView={setView} />}
    </aside>
  )
})

function Detail({ detail, view, onView, ...props }: InspectorProps & { detail: RecordDetail; view: View; onView: (view: View) => void }) {
  const long = useBytes(props.capture.id, detail)
  // What was cut is complete once its bytes are here, where the text is the bytes' own.
  const whole = useMemo(() => {
    if (!detail.textTruncated || long.bytes.length < detail.size) return detail.text
    const text = utf8(long.bytes)
    return text !== null && detail.text !== null && text.startsWith(detail.text) ? text : detail.text
  }, [detail, long.bytes])
  return (
    <>
      <Head detail={detail} shardSteps={props.shardSteps} onClose={props.onClose} />
      <Tabs label="How the record is shown" items={VIEWS} selected={view} onChange={onView}>
        {view === 'decoded' && <Decoded detail={detail} text={whole} long={long} onQuery={props.onQuery} />}
        {view === 'text' && (
          <>
            <Truncation detail={detail} shown={whole?.length ?? 0} unit="characters" isCut={detail.textTruncated && whole === detail.text} long={long} />
            {whole === null ? <p className="records-none">These bytes are no text. The hex view shows them as they are.</p> : <TextView text={whole} />}
          </>
        )}
        {view === 'hex' && (
          <>
            <Truncation detail={detail} shown={long.bytes.length} unit="bytes" isCut={long.bytes.length < detail.size} long={long} />
            {long.bytes.length === 0 ? <p className="records-none">The record is empty: it has no bytes.</p> : <HexView bytes={long.bytes} />}
          </>
        )}
        {view === 'attributes' && <Attributes detail={detail} capture={props.capture} />}
      </Tabs>
      <div className="records-actions">
        <CopyMenu detail={detail} text={whole} capture={props.capture} />
        <Button onPress={() => props.onQuery(keyQuery(detail.partitionKey))}>Follow key</Button>
        <Button onPress={props.onReplay}>Replay</Button>
      </div>
    </>
  )
}

/** What a record is, at one glance. */
export function Head({ detail, shardSteps, onClose }: { detail: RecordDetail; shardSteps: ReadonlyMap<string, number>; onClose: () => void }) {
  const zone = useZone()
  const now = useNow(1_000)
  return (
    <div className="records-inspector-head">
      <div className="records-inspector-line">
        <h2 className="records-inspector-time mono" title={`${formatDateTime(detail.arrival, zone)} ${zoneName(zone)}`}>
          {formatTime(detail.arrival, zone)}
        </h2>
        <span className="records-inspector-ago num">{formatRelative(detail.arrival, now)}</span>
        <ShardChip shardId={detail.shardId} step={shardSteps.get(detail.shardId) ?? null} />
        <span className="records-inspector-spring" />
        <IconButton icon="copy" label="Copy the sequence number" onPress={() => void copyText(detail.sequenceNumber, 'Sequence number')} />
        <IconButton icon="close" label="Close" kbd="escape" onPress={onClose} />
      </div>
      <dl className="records-facts">
        <dt>Key</dt>
        <dd className="mono records-long">{printable(detail.partitionKey)}</dd>
        {detail.explicitHashKey !== null && (
          <>
            <dt>Explicit hash</dt>
            <dd className="mono records-long">{printable(detail.explicitHashKey)}</dd>
          </>
        )}
        <dt>Hash</dt>
        <dd className="mono ellipsis">{detail.hash}</dd>
        <dt>Sequence</dt>
        <dd className="mono records-long">
          {detail.sequenceNumber}
          {detail.subsequence > 0 && <span className="records-dim"> sub {detail.subsequence}</span>}
        </dd>
      </dl>
      {detail.outsideShard && (
        <p className="records-outside">
          Its key belongs to another shard than the one its KPL aggregate was put on, as after a reshard. Consumers that use the KCL never see
          this record: it drops those.
        </p>
      )}
    </div>
  )
}

function Decoded({ detail, text, long, onQuery }: { detail: RecordDetail; text: string | null; long: LongRecord; onQuery: (query: string) => void }) {
  const isCut = detail.textTruncated && text === detail.text
  const parsed = useMemo(() => (detail.format === 'json' && text !== null && !isCut ? parseJson(text) : null), [detail.format, text, isCut])
  return (
    <>
      <DecodeTrace steps={detail.steps} />
      <Truncation detail={detail} shown={text?.length ?? 0} unit="characters" isCut={isCut} long={long} />
      {parsed?.ok === true ? (
        <JsonTree json={parsed.json} onFind={onQuery} />
      ) : text !== null ? (
        <TextView text={text} />
      ) : long.bytes.length === 0 ? (
        <p className="records-none">The record is empty: it has no bytes.</p>
      ) : (
        <HexView bytes={long.bytes} />
      )}
    </>
  )
}

/** Says what of a long record is shown, and reads on. */
function Truncation({ detail, shown, unit, isCut, long }: { detail: RecordDetail; shown: number; unit: string; isCut: boolean; long: LongRecord }) {
  if (long.failure !== null) return <ErrorNote failure={long.failure} {...(long.readOn === null ? {} : { onRetry: long.readOn })} />
  if (!isCut) return null
  const isHopeless = long.readOn === null && !long.isReading
  return (
    <output className="records-cut">
      <span>
        The first {formatCount(shown)} {unit} of a record of {formatCount(detail.size)} bytes.
        {isHopeless && ' The rest of its decoded text is not kept here: export the record to see it.'}
      </span>
      {!isHopeless && (
        <Button isPending={long.isReading} {...(long.readOn === null ? {} : { onPress: long.readOn })}>
          {long.isReading ? 'Reading…' : 'Read all'}
        </Button>
      )}
    </output>
  )
}

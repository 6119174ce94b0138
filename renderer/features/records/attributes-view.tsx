import type { CaptureInfo } from '#shared/model/capture.ts'
import { printable } from '#shared/model/printable.ts'
import type { RecordDetail } from '#shared/model/record.ts'
import { copyText } from '../../ui/copy-text.ts'
import { formatCount } from '../../ui/format.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { scrollable } from './aria.ts'

/** Everything that came with the data. */
export function Attributes({ detail, capture }: { detail: RecordDetail; capture: CaptureInfo }) {
  const rows: { name: string; value: string; nothing?: string }[] = [
    { name: 'Partition key', value: detail.partitionKey },
    { name: 'Explicit hash key', value: detail.explicitHashKey ?? '' },
    { name: 'Hash', value: detail.hash },
    { name: 'Shard', value: detail.shardId },
    { name: 'Sequence number', value: detail.sequenceNumber },
    { name: 'Subsequence', value: String(detail.subsequence) },
    ...detail.tags.map(({ key, value }) => ({ name: `Tag ${printable(key)}`, value: value ?? '', nothing: value === null ? 'no value' : 'empty' })),
    { name: 'Arrived', value: new Date(detail.arrival).toISOString() },
    { name: 'Data', value: `${formatCount(detail.size)} bytes` },
    { name: 'Stream', value: capture.streamArn },
    { name: 'Endpoint', value: capture.endpoint ?? `kinesis.${capture.region}.amazonaws.com` },
  ]
  return (
    <section className="records-attributes" aria-label="Attributes" {...scrollable}>
      <dl>
        {rows.map(({ name, value, nothing = 'none' }, at) => (
          // The keys of tags may repeat.
          <div key={at} className="records-attribute">
            <dt>{name}</dt>
            <dd>
              <span className="mono records-long">{value === '' ? <span className="records-dim">{nothing}</span> : printable(value)}</span>
              {value !== '' && <IconButton icon="copy" size={13} label={`Copy ${name.toLowerCase()}`} onPress={() => void copyText(value, name)} />}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

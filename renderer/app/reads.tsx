import { useMutation } from '@tanstack/react-query'
import type { ReadUse, StreamReadUse } from '#shared/model/read-use.ts'
import { failureOf } from '../data/failure.ts'
import { useReadUse } from '../data/hooks.ts'
import { useClient } from '../platform/client.ts'
import { Button } from '../ui/button.tsx'
import { Meter } from '../ui/meter.tsx'
import { Popover } from '../ui/popover.tsx'
import { Select } from '../ui/select.tsx'
import { showToast } from '../ui/toasts.tsx'
import { budgetWords, loweredWords, rankWords, readsWords, SETTINGS } from './reads-words.ts'

/** What this console takes of the 5 reads a second that a shard gives to all its readers, and who of us takes it. */
export function Reads({ streamArn }: { streamArn: string | null }) {
  const use = useReadUse().value
  if (use === undefined || use.streams.length === 0) return null
  const inFront = use.streams.find((stream) => stream.streamArn === streamArn)
  const shown = inFront ?? use.streams.toSorted((a, b) => b.readsPerSecond - a.readsPerSecond)[0]
  if (shown === undefined) return null
  const isLowered = shown.disturbed !== null
  const words = `reads ${readsWords(shown.readsPerSecond)} of 5 /s a shard`
  return (
    <div className="num">
      <Popover
        label="Reads"
        placement="top end"
        trigger={
          <Button variant="plain" className="status-button" aria-label={`${words}${isLowered ? ', lowered' : ''}: show who reads`}>
            {words}{isLowered && ', lowered'}
          </Button>
        }
      >
        <ReadsTable use={use} />
      </Popover>
      <Meter label="Reads a second, of 5" value={shown.readsPerSecond / 5} tone={isLowered ? 'warn' : 'plain'} />
    </div>
  )
}

function ReadsTable({ use }: { use: ReadUse }) {
  return (
    <div className="reads">
      <h2 className="jobs-title">Reads a second of the busiest shard</h2>
      {use.streams.map((stream) => (
        <StreamReads key={`${stream.connectionId} ${stream.streamArn}`} stream={stream} />
      ))}
      <BudgetSetting readsPerSecond={use.readsPerSecond} />
    </div>
  )
}

function StreamReads({ stream }: { stream: StreamReadUse }) {
  return (
    <section aria-label={stream.streamName}>
      <table className="reads-table num">
        <caption>
          <span className="ellipsis">{stream.streamName}</span>
          <span className="job-note">{budgetWords(stream)}</span>
        </caption>
        <thead>
          <tr><th scope="col">Reader</th><th scope="col">Now</th><th scope="col">Share</th></tr>
        </thead>
        <tbody>
          {stream.readers.map((reader) => (
            <tr key={reader.captureId}>
              <th scope="row"><span className="ellipsis">{reader.name ?? 'View'}</span> <span className="job-note">{rankWords(reader.rank)}</span></th>
              <td>{readsWords(reader.readsPerSecond)}</td>
              <td>{readsWords(reader.fair)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {loweredWords(stream).map((why) => <p key={why} className="job-note reads-why">{why}</p>)}
    </section>
  )
}

/** How much the views on a stream may take together. */
function BudgetSetting({ readsPerSecond }: { readsPerSecond: number }) {
  const client = useClient()
  const set = useMutation({
    mutationFn: (reads: number) => client.reads.setBudget({ readsPerSecond: reads }),
    onError: (error) => showToast({ text: failureOf(error).message, tone: 'warn' }),
  })
  const options = [...new Set([...SETTINGS, readsPerSecond])].toSorted((a, b) => a - b).map((reads) => ({ id: String(reads), label: `${readsWords(reads)} /s` }))
  return (
    <div className="reads-setting">
      <Select label="On the screen, at most" options={options} selected={String(readsPerSecond)} onChange={(id) => set.mutate(Number(id))} />
      <p className="job-note">
        A shard gives 5 reads and 2 MiB a second to all its readers together. {readsPerSecond >= 4 ? 'Other consumers of the stream may be throttled now.' : 'The rest is left to other consumers.'} A capture in the background takes half as much.
      </p>
    </div>
  )
}

import { useId, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { LEAST_RING } from '#shared/model/capture.ts'
import { printable } from '#shared/model/printable.ts'
import { failureOf } from '../../data/failure.ts'
import { useConnections, useStreamDetail } from '../../data/hooks.ts'
import { connectionOf } from '../../data/sources.ts'
import { suggestedName } from '../../parts/capture-name.ts'
import { fanOutMeaning, fanOutRefusal, POLLING_MEANING } from '../../parts/fan-out-words.ts'
import { FromMenu } from '../../parts/from-menu.tsx'
import { QueryField } from '../../parts/query-field.tsx'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatBytes } from '../../ui/format.ts'
import { Segmented } from '../../ui/segmented.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { currentZone } from '../../ui/time-zone.ts'
import { type CaptureForm, type FieldErrors, type NamedReading, requestOf } from './capture-request.ts'
import './capture-dialog.css'

export interface CaptureDialogProps {
  connectionId: string
  stream: string
  /** Where the view in front reads from, and what it searches for: what is seen is what is captured, unless said otherwise. */
  from: string
  query: string
  onClose: () => void
  onStarted: (id: string) => void
}

const UNTIL = [
  { id: 'never', label: 'When it is stopped' },
  { id: 'now', label: 'Now: only what is there already' },
  { id: 'duration', label: 'After a while' },
  { id: 'time', label: 'At a time' },
] as const

/** Starts a capture by name: from where, until when, of which records, and how it is read. */
export function CaptureDialog({ connectionId, stream, from, query, onClose, onStarted }: CaptureDialogProps) {
  const client = useClient()
  const queries = useQueryClient()
  const connection = connectionOf(useConnections().value, connectionId)
  const detail = useStreamDetail(connectionId, stream).data
  const [form, setForm] = useState<CaptureForm>(() => ({
    name: suggestedName(stream, Date.now(), currentZone()),
    from,
    until: 'never',
    duration: '15 min',
    time: '',
    records: '',
    bytes: '',
    filter: query,
    ring: '',
    fanOut: false,
  }))
  const [errors, setErrors] = useState<FieldErrors>({})
  const ids = { form: useId(), wayNote: useId() }
  const start = useMutation({
    mutationFn: (request: NamedReading) => client.captures.start(request),
    onSuccess: (capture) => {
      queries.setQueryData(['capture', capture.id], capture)
      onStarted(capture.id)
    },
  })
  const change = (part: Partial<CaptureForm>) => {
    setForm((before) => ({ ...before, ...part }))
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([field]) => !(field in part))))
  }
  const submit = () => {
    if (start.isPending) return
    const asked = requestOf(form, { connectionId, stream }, Date.now())
    setErrors('errors' in asked ? asked.errors : {})
    if ('request' in asked) start.mutate(asked.request)
  }
  const failure = start.error === null ? null : failureOf(start.error)
  // What is wrong with the filter stands at the filter, as long as it is the one that was refused.
  const isBadFilter = failure?.code === 'bad-query' && start.variables?.filter === form.filter.trim()
  const refusal = fanOutRefusal(connection)
  const text = (field: 'name' | 'duration' | 'time' | 'records' | 'bytes' | 'ring') => ({
    value: form[field],
    onChange: (value: string) => change({ [field]: value }),
    error: errors[field] ?? null,
    size: 32 as const,
  })

  return (
    <Dialog
      title={`Capture ${printable(stream)}`}
      isOpen
      onClose={onClose}
      width="sheet"
      edge={connection?.environment === 'production' && form.fanOut ? 'production' : null}
      footer={
        <>
          <Button size={32} onPress={onClose}>
            Cancel
          </Button>
          <Button size={32} variant="primary" kbd="enter" type="submit" form={ids.form} isPending={start.isPending}>
            {start.isPending ? 'Starting…' : form.fanOut ? 'Register and start' : 'Start the capture'}
          </Button>
        </>
      }
    >
      <form
        id={ids.form}
        className="capture-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <p className="capture-form-lead">It goes on in the background until it ends or is stopped, also when its tab is closed.</p>
        <TextField label="Name" className="capture-form-wide" takesFocus maxLength={120} {...text('name')} />
        <fieldset>
          <legend className="ui-field-label">Starts</legend>
          <FromMenu size={32} from={form.from} onFrom={(from) => change({ from })} shards={detail?.shards.map(({ shardId }) => shardId) ?? []} />
          {errors.from !== undefined && <p className="ui-field-error">{errors.from}</p>}
        </fieldset>
        <div className="capture-form-until">
          <Select label="Ends" size={32} options={UNTIL} selected={form.until} onChange={(until) => change({ until })} />
          {form.until === 'duration' && <TextField label="How long" placeholder="15 min" {...text('duration')} />}
          {form.until === 'time' && <TextField label="Ends at" mono placeholder="2026-11-22 14:17Z" {...text('time')} />}
        </div>
        <TextField label="Or after so many records" inputMode="numeric" placeholder="no limit" {...text('records')} />
        <TextField label="Or after so many bytes" placeholder="no limit" {...text('bytes')} />
        <div className="capture-form-wide">
          <QueryField
            label="Only records that match"
            text={form.filter}
            onText={(filter) => change({ filter })}
            failure={isBadFilter ? failure : null}
            placeholder="all records"
            note="As in the search line. What does not match is read, counted and left out."
            isInForm
          />
        </div>
        <TextField
          label="Keep at most"
          placeholder="no limit"
          description={`The oldest records go first, and a gap says so. ${formatBytes(LEAST_RING)} or more.`}
          {...text('ring')}
        />
        <fieldset aria-describedby={ids.wayNote}>
          <legend className="ui-field-label">Read by</legend>
          <Segmented
            label="Read by"
            size={32}
            options={[
              { id: 'polling', label: 'Polling' },
              { id: 'fan-out', label: 'Enhanced fan-out', isDisabled: refusal !== null },
            ]}
            selected={form.fanOut ? 'fan-out' : 'polling'}
            onChange={(way) => change({ fanOut: way === 'fan-out' })}
          />
          <p className="ui-field-note" id={ids.wayNote}>
            {form.fanOut ? fanOutMeaning(printable(stream), connection, detail).join(' ') : (refusal ?? POLLING_MEANING)}
          </p>
        </fieldset>
        {failure !== null && failure.code !== 'bad-query' && (
          <div className="capture-form-wide">
            <ErrorNote failure={failure} layout="line" />
          </div>
        )}
      </form>
    </Dialog>
  )
}

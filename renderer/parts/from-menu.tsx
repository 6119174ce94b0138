import { useState } from 'react'
import type { ReactNode } from 'react'
import type { StartPosition } from '#shared/model/stream.ts'
import { describeFrom, formatFrom, parseFrom, parseInstant } from '../data/position.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Menu } from '../ui/menu.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import './from-menu.css'

const AGO = ['-1m', '-5m', '-15m', '-1h', '-24h'] as const

export interface FromMenuProps {
  from: string
  onFrom: (from: string) => void
  /** Shards to choose from, for a sequence number. */
  shards: readonly string[]
  size?: 24 | 32
}

/** Where reading starts. On a view, a new choice opens a new one from there. */
export function FromMenu({ from, onFrom, shards, size = 24 }: FromMenuProps) {
  const [asks, setAsks] = useState<'time' | 'sequence' | null>(null)
  const choose = (value: string) => ({ isChosen: value === from, run: () => onFrom(value) })
  return (
    <>
      <Menu
        label="Where reading starts"
        placement="bottom end"
        trigger={<Button iconAfter="down" size={size}>From {describeFrom(from)}</Button>}
        groups={[
          {
            entries: [
              { id: 'trim_horizon', label: 'Trim horizon', hint: 'oldest kept', ...choose('trim_horizon') },
              { id: 'latest', label: 'Latest', hint: 'only what comes', ...choose('latest') },
            ],
          },
          { title: 'Ago', entries: AGO.map((ago) => ({ id: ago, label: capital(describeFrom(ago)), ...choose(ago) })) },
          {
            entries: [
              { id: 'time', label: 'A time…', isChosen: parseInstant(from) !== null, run: () => setAsks('time') },
              { id: 'sequence', label: 'A sequence number…', isChosen: /^(at|after):/.test(from), run: () => setAsks('sequence') },
            ],
          },
        ]}
      />
      {asks === 'time' && <AskTime from={from} onFrom={onFrom} onClose={() => setAsks(null)} />}
      {asks === 'sequence' && <AskSequence from={from} shards={shards} onFrom={onFrom} onClose={() => setAsks(null)} />}
    </>
  )
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

interface AskProps {
  from: string
  onFrom: (from: string) => void
  onClose: () => void
}

/** Asks for a place to start at; Enter starts there. */
function AskDialog({ title, className, onStart, onClose, children }: { title: string; className?: string; onStart: () => void; onClose: () => void; children: ReactNode }) {
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button size={32} onPress={onClose}>
            Cancel
          </Button>
          <Button size={32} variant="primary" kbd="enter" onPress={onStart}>
            Read from there
          </Button>
        </>
      }
    >
      <form
        className={className}
        onSubmit={(event) => {
          event.preventDefault()
          // Events go up the tree of components, also to the form that this menu stands in.
          event.stopPropagation()
          onStart()
        }}
      >
        {children}
      </form>
    </Dialog>
  )
}

function AskTime({ from, onFrom, onClose }: AskProps) {
  const [text, setText] = useState(() => {
    const now = Date.now()
    const position = parseFrom(from, now)
    return new Date(position?.type === 'AT_TIMESTAMP' ? position.at : now - 3_600_000).toISOString()
  })
  const [isTried, setTried] = useState(false)
  const at = parseInstant(text)
  const error = at === null ? 'Write a time with its zone, as 2026-11-22 14:17Z or 2026-11-22T14:17:05+01:00.' : null
  const start = () => {
    setTried(true)
    if (at === null) return
    onFrom(new Date(at).toISOString())
    onClose()
  }
  return (
    <AskDialog title="Start at a time" onStart={start} onClose={onClose}>
      <TextField
        label="Arrived at or after"
        value={text}
        onChange={setText}
        mono
        size={32}
        takesFocus
        error={isTried ? error : null}
        description="With its zone: Z is UTC, +01:00 is an hour ahead of it."
      />
    </AskDialog>
  )
}

function AskSequence({ from, shards, onFrom, onClose }: AskProps & { shards: readonly string[] }) {
  const before = parseFrom(from, 0)
  const isBefore = before !== null && 'sequenceNumber' in before
  const [kind, setKind] = useState<'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'>(isBefore ? before.type : 'AT_SEQUENCE_NUMBER')
  const [shardId, setShardId] = useState<string | null>(isBefore ? before.shardId : (shards[0] ?? null))
  const [sequence, setSequence] = useState(isBefore ? before.sequenceNumber : '')
  const [isTried, setTried] = useState(false)
  const error = /^\d{1,129}$/.test(sequence.trim()) ? null : 'A sequence number is a decimal number, as records carry it.'
  const start = () => {
    setTried(true)
    if (error !== null || shardId === null || shardId.trim() === '') return
    const position: StartPosition = { type: kind, shardId: shardId.trim(), sequenceNumber: sequence.trim() }
    onFrom(formatFrom(position))
    onClose()
  }
  return (
    <AskDialog title="Start at a sequence number" className="from-ask" onStart={start} onClose={onClose}>
      <p className="from-ask-note">Reads this shard and those that came out of it.</p>
      {shards.length > 0 ? (
        <Select label="Shard" size={32} options={shards.map((id) => ({ id, label: id }))} selected={shardId} onChange={setShardId} />
      ) : (
        <TextField label="Shard" size={32} mono value={shardId ?? ''} onChange={setShardId} />
      )}
      <Segmented
        label="At or after"
        options={[
          { id: 'AT_SEQUENCE_NUMBER', label: 'At the record' },
          { id: 'AFTER_SEQUENCE_NUMBER', label: 'After it' },
        ]}
        selected={kind}
        onChange={setKind}
      />
      <TextField label="Sequence number" size={32} mono takesFocus value={sequence} onChange={setSequence} error={isTried ? error : null} inputMode="numeric" />
    </AskDialog>
  )
}

import { useEffect, useRef, useState } from 'react'
import type { CaptureInfo } from '#shared/model/capture.ts'
import { useCommand } from '../../commands/use-command.ts'
import { failureOf } from '../../data/failure.ts'
import { useKeep } from '../../data/hooks.ts'
import { suggestedName } from '../../parts/capture-name.ts'
import { Button } from '../../ui/button.tsx'
import { Popover } from '../../ui/popover.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { currentZone } from '../../ui/time-zone.ts'
import { showToast } from '../../ui/toasts.tsx'

/** Turns what is on the screen into a named capture, which then goes on by itself. */
export function KeepButton({ capture, name, onOpenCapture }: { capture: CaptureInfo; name: string | null; onOpenCapture: (id: string) => void }) {
  const [isOpen, setOpen] = useState(false)
  useCommand({
    id: 'capture.keep',
    title: 'Keep these records as a capture',
    key: 'c',
    group: 'Records',
    run: () => setOpen(true),
    when: () => name === null,
  })
  if (name !== null) {
    return (
      <Button icon="check" aria-label={`Kept as ${name}: open the capture`} onPress={() => onOpenCapture(capture.id)}>
        <span className="records-kept ellipsis">Kept as {name}</span>
      </Button>
    )
  }
  return (
    <Popover label="Keep these records" placement="bottom end" isOpen={isOpen} onOpenChange={setOpen} trigger={<Button kbd="c">Keep</Button>}>
      {isOpen && <KeepForm capture={capture} onDone={() => setOpen(false)} onOpenCapture={onOpenCapture} />}
    </Popover>
  )
}

function KeepForm({ capture, onDone, onOpenCapture }: { capture: CaptureInfo; onDone: () => void; onOpenCapture: (id: string) => void }) {
  const [name, setName] = useState(() => suggestedName(capture.streamName, Date.now(), currentZone()))
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.select(), [])
  const keep = useKeep()
  const failure = keep.error === null ? null : failureOf(keep.error)
  const submit = async () => {
    if (name.trim() === '' || keep.isPending) return
    const kept = await keep.mutateAsync({ id: capture.id, name: name.trim() })
    onDone()
    showToast({
      text: `Kept as ${kept.name ?? name}. It goes on reading.`,
      tone: 'ok',
      action: { label: 'Open the capture', run: () => onOpenCapture(kept.id) },
      lifeMs: 6_000,
    })
  }
  return (
    <form
      className="records-keep"
      onSubmit={(event) => {
        event.preventDefault()
        // The failure is shown at the field.
        submit().catch(() => undefined)
      }}
    >
      <TextField
        label="Name of the capture"
        value={name}
        onChange={setName}
        takesFocus
        size={32}
        maxLength={120}
        error={failure === null ? null : [failure.message, failure.action].filter((words) => words !== null).join(' ')}
        description="What was read so far and what comes is kept in one file."
        inputRef={input}
      />
      <div className="records-keep-buttons">
        <Button variant="primary" kbd="enter" type="submit" isPending={keep.isPending}>
          Keep
        </Button>
      </div>
    </form>
  )
}

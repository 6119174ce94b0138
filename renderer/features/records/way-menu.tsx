import { useState } from 'react'
import type { Connection } from '#shared/model/connection.ts'
import type { StreamDetail } from '#shared/model/stream.ts'
import { useCommand } from '../../commands/use-command.ts'
import { describeFrom } from '../../data/position.ts'
import { fanOutMeaning, fanOutRefusal } from '../../parts/fan-out-words.ts'
import { AlertDialog } from '../../ui/alert-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'

export interface WayMenuProps {
  stream: string
  from: string
  connection: Connection | undefined
  detail: StreamDetail | undefined
  isFanOut: boolean
  onFanOut: (isFanOut: boolean) => void
}

/** How this view is read: by polling, or by fan-out after it was said what that does and costs. */
export function WayMenu({ stream, from, connection, detail, isFanOut, onFanOut }: WayMenuProps) {
  const [asks, setAsks] = useState(false)
  const refusal = fanOutRefusal(connection)
  useCommand({ id: 'records.fan-out', title: 'Read this view by fan-out…', group: 'Records', run: () => setAsks(true), when: () => !isFanOut && refusal === null })
  useCommand({ id: 'records.polling', title: 'Read this view by polling', group: 'Records', run: () => onFanOut(false), when: () => isFanOut })
  return (
    <>
      <Menu
        label="How this view is read"
        placement="bottom end"
        trigger={
          <Button iconAfter="down" className={isFanOut ? 'records-fan-out' : ''} aria-label={`Read by ${isFanOut ? 'fan-out' : 'polling'}: change`}>
            {isFanOut ? 'Fan-out' : 'Polling'}
          </Button>
        }
        groups={[
          {
            entries: [
              { id: 'polling', label: 'Polling', hint: 'shares a shard’s 5 reads /s', isChosen: !isFanOut, run: () => onFanOut(false) },
              {
                id: 'fan-out',
                label: 'Enhanced fan-out…',
                hint: refusal === null ? 'writes, and costs' : 'the connection is read-only',
                isChosen: isFanOut,
                isDisabled: refusal !== null,
                run: () => setAsks(!isFanOut),
              },
            ],
          },
        ]}
      />
      <AlertDialog
        title={`Read ${stream} by fan-out?`}
        isOpen={asks}
        production={connection?.environment === 'production'}
        confirmLabel="Register and read"
        onConfirm={() => {
          setAsks(false)
          onFanOut(true)
        }}
        onCancel={() => setAsks(false)}
      >
        {fanOutMeaning(stream, connection, detail).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <p>This view begins anew, from {describeFrom(from).replace(/^(?=last|trim)/, 'the ')}.</p>
      </AlertDialog>
    </>
  )
}

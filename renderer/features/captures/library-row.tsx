import { Link, useNavigate } from '@tanstack/react-router'
import { type CaptureInfo, isBeingRead } from '#shared/model/capture.ts'
import { printable } from '#shared/model/printable.ts'
import { sizeOfCapture } from '../../data/capture-size.ts'
import { titleOf } from '../../data/sources.ts'
import { SalvageButton } from '../../parts/salvage-button.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatBytes, formatCount, type Zone } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { usePause, useStop } from './capture-controls.tsx'
import { StateMark } from './capture-header.tsx'
import { rangeWords } from './capture-words.ts'
import { gapWords, keptWords, paceWords } from './progress-words.ts'
import { canResume, type Resuming } from './use-resume.ts'

export type Asked = { what: 'export' | 'verify' | 'delete' | 'salvage'; capture: CaptureInfo } | { what: 'open' | 'import' } | null

export interface LibraryRowProps {
  capture: CaptureInfo
  zone: Zone
  resume: Resuming
  onAsk: (asked: Asked) => void
  onOpen: () => void
}

const COLUMNS = 7

/** A capture of the library: what it holds, how it stands, and below it what failed. */
export function LibraryRow({ capture, zone, resume, onAsk, onOpen }: LibraryRowProps) {
  const kept = keptWords(capture)
  const failure = resume.failures.get(capture.id) ?? capture.failure
  const isUnreadable = capture.state === 'failed' && capture.streamName === ''
  return (
    <>
      <tr className={failure === null ? '' : 'captures-row-failed'}>
        <td className="captures-name">
          <Link to="/captures/$id" params={{ id: capture.id }} className={capture.name === null ? 'captures-unnamed' : 'captures-named'} title={printable(capture.path)}>
            {capture.name === null ? `unnamed, ${printable(capture.streamName)}` : printable(capture.name)}
          </Link>
        </td>
        <td>
          <span className="captures-stream ellipsis" title={printable(capture.streamArn)}>
            {printable(capture.streamName)} <span className="captures-dim">{[capture.account, capture.region].filter((part) => part !== null && part !== '').join(', ')}</span>
          </span>
        </td>
        <td className="captures-range num">{isUnreadable ? '' : rangeWords(capture, zone)}</td>
        <td className="captures-number mono">{isUnreadable ? '' : formatCount(capture.records)}</td>
        <td className="captures-number num">{isUnreadable ? '' : formatBytes(sizeOfCapture(capture))}</td>
        <td className="captures-states num">
          <span className="captures-states-line">
            <StateMark capture={capture} />
            {(capture.held === 'interrupted' || (capture.state === 'failed' && canResume(capture))) && (
              <Button isPending={resume.pending.has(capture.id)} onPress={() => resume.run([capture])}>
                Resume reading
              </Button>
            )}
            {capture.pace !== undefined && <span className="captures-dim">{paceWords(capture.pace, zone).join(', ')}</span>}
            {kept !== null && <span className="captures-dim" title={printable(capture.filter ?? '')}>{kept} by filter</span>}
            {capture.gaps > 0 && (
              <span className="captures-gaps">
                <Icon name="warn" size={12} />
                {gapWords(capture.gaps)}
              </span>
            )}
          </span>
        </td>
        <td className="captures-actions">
          <Actions capture={capture} resume={resume} onAsk={onAsk} onOpen={onOpen} />
        </td>
      </tr>
      {failure !== null && (
        <tr>
          <td colSpan={COLUMNS} className="captures-why">
            <ErrorNote failure={failure} layout="line" actions={<SalvageButton failure={failure} path={capture.path} />} />
          </td>
        </tr>
      )}
    </>
  )
}

function Actions({ capture, resume, onAsk, onOpen }: Omit<LibraryRowProps, 'zone'>) {
  const navigate = useNavigate()
  const stop = useStop()
  const pause = usePause()
  const isRunning = isBeingRead(capture)
  const isElsewhere = capture.held === 'elsewhere'
  return (
    <Menu
      label={printable(titleOf(capture))}
      placement="bottom end"
      trigger={<IconButton icon="dots" label={`Actions for ${printable(titleOf(capture))}`} />}
      groups={[
        {
          entries: [
            { id: 'open', label: 'Open', icon: 'file', run: onOpen },
            { id: 'replay', label: 'Replay…', icon: 'play', run: () => void navigate({ to: '/replays/new', search: { capture: capture.id } }) },
            { id: 'export', label: 'Export…', icon: 'save', run: () => onAsk({ what: 'export', capture }) },
            { id: 'verify', label: 'Verify', icon: 'check', run: () => onAsk({ what: 'verify', capture }) },
            ...(capture.failure?.code === 'damaged-capture' ? [{ id: 'salvage', label: 'Salvage into a new capture…', icon: 'refresh', run: () => onAsk({ what: 'salvage', capture }) } as const] : []),
          ],
        },
        {
          entries: [
            ...(isRunning ? [{ id: 'pause', label: capture.state === 'paused' ? 'Go on reading' : 'Pause reading', icon: capture.state === 'paused' ? 'play' : 'pause', run: () => pause.mutate(capture) } as const] : []),
            ...(isRunning ? [{ id: 'stop', label: capture.name === null ? 'Close the view' : 'Stop reading', icon: 'stop', run: () => stop.mutate(capture) } as const] : []),
            ...(canResume(capture) ? [{ id: 'resume', label: 'Resume reading', icon: 'play', run: () => resume.run([capture]) } as const] : []),
            { id: 'delete', label: 'Delete…', icon: 'trash', danger: true, isDisabled: capture.name === null || isElsewhere, run: () => onAsk({ what: 'delete', capture }), ...(isElsewhere ? { hint: 'another Kinescope reads it' } : {}) },
          ],
        },
      ]}
    />
  )
}

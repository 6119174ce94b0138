import { sizeOfCapture } from '../../data/capture-size.ts'
import { EnvironmentMark } from '../../ui/environment-mark.tsx'
import { formatBytes, formatCount } from '../../ui/format.ts'
import { Icon, Twist } from '../../ui/icon.tsx'
import { captureLabel, shortAccount, type TreeRow } from './tree-rows.ts'

const replayWords = { running: 'running', done: 'done', stopped: 'stopped', failed: 'failed' }
const statusWords = { CREATING: 'creating', DELETING: 'deleting', UPDATING: 'updating' }

/** What stands in one row of the tree. */
export function TreeRowContent({ row }: { row: TreeRow }) {
  switch (row.kind) {
    case 'connection':
      return (
        <>
          <Twist open={row.expanded === true} />
          <EnvironmentMark environment={row.connection.environment} label={row.label} strong />
          <Note text={row.connection.kind === 'sandbox' ? 'sandbox' : row.connection.accountId === null ? '' : shortAccount(row.connection.accountId)} state={row.state} />
        </>
      )
    case 'region':
      return (
        <>
          <Twist open={row.expanded === true} />
          <span className="ellipsis">{row.region}</span>
          <Note text={row.expanded ? '' : formatCount(row.streams)} state={row.state} />
        </>
      )
    case 'stream':
      return (
        <>
          <span className="ellipsis" title={row.stream.name}>{row.stream.name}</span>
          {row.stream.status !== 'ACTIVE' && <span className="tree-note">{statusWords[row.stream.status]}</span>}
        </>
      )
    case 'note':
      return (
        <span className={`tree-message ellipsis ${row.failure ? 'tree-failed' : ''}`} title={row.text}>
          {row.failure && <Icon name="warn" size={12} />}
          <span className="ellipsis">{row.text}</span>
        </span>
      )
    case 'section':
      return <span className="tree-section">{row.label}</span>
    case 'capture':
      return (
        <>
          <span className={`ellipsis ${row.capture.name === null ? 'tree-unnamed' : ''}`}>{captureLabel(row.capture)}</span>
          <span className="tree-note num">{formatBytes(sizeOfCapture(row.capture))}</span>
        </>
      )
    default:
      return (
        <>
          <span className="ellipsis" title={row.replay.title}>{row.replay.title}</span>
          <span className="tree-note">{replayWords[row.replay.state]}</span>
        </>
      )
  }
}

function Note({ text, state }: { text: string; state: 'loading' | 'ready' | 'failed' }) {
  if (state === 'failed') return <span className="tree-note tree-failed"><Icon name="warn" size={12} /><span className="visually-hidden">, its streams could not be listed</span></span>
  return <span className="tree-note num">{state === 'loading' ? '…' : text}</span>
}

import { printable } from '#shared/model/printable.ts'
import type { DecodeStep } from '#shared/model/record.ts'
import { formatCount } from '../../ui/format.ts'

/** What a step's size doesn't tell already. */
const noteOf = ({ failure, note, size }: DecodeStep): string => {
  const words = printable(failure ?? note)
  return words === `${formatCount(size)} ${size === 1 ? 'byte' : 'bytes'}` ? '' : words
}

/** How the bytes became what is shown: a spine with what came out of each step. */
export function DecodeTrace({ steps }: { steps: readonly DecodeStep[] }) {
  return (
    <ol className="records-trace num" aria-label="Decoding">
      {steps.map((step, at) => (
        // A step can come twice (gzip in gzip), and the list never changes its order.
        <li key={at} className={step.failure === null ? 'records-step' : 'records-step records-step-failed'}>
          <span className="records-step-name">{step.name}</span>
          <span className="records-step-note ellipsis" title={noteOf(step)}>
            {noteOf(step)}
          </span>
          <span className="records-step-size">{formatCount(step.size)} B</span>
        </li>
      ))}
    </ol>
  )
}

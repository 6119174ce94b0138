import { printable } from '#shared/model/printable.ts'
import type { DecodeStep } from '#shared/model/record.ts'
import { formatCount } from '../../ui/format.ts'

/** How the bytes became what is shown: a spine with what came out of each step. */
export function DecodeTrace({ steps }: { steps: readonly DecodeStep[] }) {
  return (
    <ol className="records-trace num" aria-label="Decoding">
      {steps.map((step, at) => (
        // A step can come twice (gzip in gzip), and the list never changes its order.
        <li key={at} className={step.failure === null ? 'records-step' : 'records-step records-step-failed'}>
          <span className="records-step-name">{step.name}</span>
          <span className="records-step-note ellipsis" title={printable(step.failure ?? step.note)}>
            {printable(step.failure ?? step.note)}
          </span>
          <span className="records-step-size">{formatCount(step.size)} B</span>
        </li>
      ))}
    </ol>
  )
}

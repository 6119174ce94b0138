import { Fragment } from 'react'
import type { RecordSummary } from '#shared/model/record.ts'
import { KIND_FIELDS } from '#shared/model/record-kind.ts'
import { printable } from '#shared/model/printable.ts'

/** A record in a line: names dim, values bright; what kind of thing it is stands alone, in a column of its own. */
export function SummaryCell({ summary, size }: { summary: RecordSummary; size: number }) {
  switch (summary.kind) {
    case 'fields':
      return (
        <>
          {summary.fields.map((field, at) => (
            // Names repeat in hostile JSON, and the list never changes its order.
            <Fragment key={at}>
              {at === 0 && KIND_FIELDS.has(field.name.toLowerCase()) ? (
                <span className="records-kind">{printable(field.value)} </span>
              ) : (
                <span className="records-field">
                  {printable(field.name)} <span className={field.type === 'nested' ? 'records-nested' : 'records-value'}>{printable(field.value)}</span>{' '}
                </span>
              )}
            </Fragment>
          ))}
          {summary.more && '…'}
        </>
      )
    case 'text':
      if (summary.text === '') return <span className="records-note">{size === 0 ? 'empty' : 'blank'}</span>
      return (
        <span className="records-value">
          {printable(summary.text)}
          {summary.more && '…'}
        </span>
      )
    default:
      return (
        <>
          <span className="records-note">{printable(summary.note)}</span> <span className="records-nested">{summary.hex}</span>
          {summary.more && '…'}
        </>
      )
  }
}

/** The same in plain text, for the clipboard and screen readers. */
export function summaryText(summary: RecordSummary): string {
  switch (summary.kind) {
    case 'fields':
      return summary.fields.map(({ name, value }) => `${name}: ${value}`).join(', ')
    case 'text':
      return summary.text
    default:
      return summary.hex
  }
}

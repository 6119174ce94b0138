import { useMemo, useState } from 'react'
import { printable } from '#shared/model/printable.ts'
import { formatCount } from '../../ui/format.ts'
import { Button } from '../../ui/button.tsx'
import { scrollable } from './aria.ts'

/** Characters that are laid out at once: a screenful many times over, and quick. */
const PIECE = 64 * 1024

/** Text as it was sent, wrapped; what would act instead of being shown stands as an escape. */
export function TextView({ text }: { text: string }) {
  const [shown, setShown] = useState({ of: text, length: PIECE })
  const length = shown.of === text ? shown.length : PIECE
  const safe = useMemo(() => printable(text.slice(0, length).replaceAll('\r\n', '\n')), [text, length])
  return (
    <section className="records-text" aria-label="Text of the record" {...scrollable}>
      <pre className="mono">{safe}</pre>
      {length < text.length && (
        <p className="records-cut">
          <span>
            The first {formatCount(length)} of {formatCount(text.length)} characters.
          </span>
          <Button onPress={() => setShown({ of: text, length: length * 4 })}>Show more</Button>
        </p>
      )}
    </section>
  )
}

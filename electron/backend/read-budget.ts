import type { CaptureSession } from '../capture/capture-session.ts'

/** Of a shard's 5 reads a second, what the views of this process take together: polite to the stream's own consumers. */
export const viewReadsPerSecond = 2

/** A capture that was asked for by name has a shard to itself, but leaves one of its 5 reads a second to others. */
export const unwatchedReadsPerSecond = 4

/** Views on the same stream share its budget: opening a second one halves the first one's reads. */
export class ReadBudget {
  readonly #readers = new Map<string, Set<CaptureSession>>()

  /** What one more reader of the stream may take, in GetRecords calls a second and shard. */
  share(streamArn: string): number {
    return viewReadsPerSecond / ((this.#readers.get(streamArn)?.size ?? 0) + 1)
  }

  join(streamArn: string, session: CaptureSession): void {
    const readers = this.#readers.get(streamArn) ?? new Set()
    this.#readers.set(streamArn, readers.add(session))
    spread(readers)
  }

  leave(session: CaptureSession): void {
    for (const [streamArn, readers] of this.#readers) {
      if (!readers.delete(session)) continue
      if (readers.size === 0) this.#readers.delete(streamArn)
      spread(readers)
    }
  }
}

function spread(readers: ReadonlySet<CaptureSession>): void {
  for (const reader of readers) reader.setBudget(viewReadsPerSecond / readers.size)
}

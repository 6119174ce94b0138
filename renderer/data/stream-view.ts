import { useCallback, useEffect, useState } from 'react'
import type { Client } from '#shared/contract/contract.ts'
import type { CaptureInfo } from '#shared/model/capture.ts'
import { KinescopeError } from '#shared/model/error.ts'
import type { Failure } from '#shared/model/error.ts'
import { useClient } from '../platform/client.ts'
import { failureOf } from './failure.ts'
import { parseFrom } from './position.ts'

interface OpenView {
  capture: Promise<CaptureInfo>
  shownBy: number
  closing: ReturnType<typeof setTimeout> | undefined
}

const views = new WeakMap<Client, Map<string, OpenView>>()

/** A view stays open for this long after the last component has left it, in ms: back and forward don't lose it. */
const LINGER = 5_000

/**
 * The capture that shows a stream from a position. It is opened once for all who show it,
 * and closed when the last has gone, unless it was kept by then: a kept one goes on.
 * With `fanOut` it is read by a consumer that is registered for it. `from` is a position as `parseFrom` reads it; "-5m" is fixed when the view opens.
 */
export function useStreamView(connectionId: string, stream: string, from: string, fanOut = false): StreamView {
  const client = useClient()
  const [state, setState] = useState<{ name: string; capture: CaptureInfo | null; failure: Failure | null } | null>(null)
  const [attempt, setAttempt] = useState(0)
  const name = JSON.stringify([connectionId, stream, from, fanOut, attempt])

  useEffect(() => {
    let isCurrent = true
    const view = enter(client, name, () => openView(client, { connectionId, stream, from, fanOut }))
    view.capture.then(
      (capture) => isCurrent && setState({ name, capture, failure: null }),
      (error: unknown) => isCurrent && setState({ name, capture: null, failure: failureOf(error) }),
    )
    return () => {
      isCurrent = false
      leave(client, name, view)
    }
  }, [client, connectionId, stream, from, fanOut, name])

  const retry = useCallback(() => setAttempt((attempt) => attempt + 1), [])
  const current = state?.name === name ? state : null
  return { capture: current?.capture ?? null, failure: current?.failure ?? null, retry }
}

export interface StreamView {
  /** Null until it is open. */
  capture: CaptureInfo | null
  failure: Failure | null
  /** Opens it again after a failure. */
  retry: () => void
}

async function openView(client: Client, { from, ...wanted }: { connectionId: string; stream: string; from: string; fanOut: boolean }): Promise<CaptureInfo> {
  const position = parseFrom(from, Date.now())
  if (position === null) {
    throw new KinescopeError('invalid-argument', `“${from}” is no position in a stream.`, {
      action: 'Choose where to start in the From menu.',
    })
  }
  return client.captures.openView({ ...wanted, from: position })
}

function enter(client: Client, name: string, open: () => Promise<CaptureInfo>): OpenView {
  let all = views.get(client)
  if (all === undefined) views.set(client, (all = new Map()))
  let view = all.get(name)
  if (view === undefined) {
    view = { capture: open(), shownBy: 0, closing: undefined }
    all.set(name, view)
    // What failed to open is forgotten, so that trying again opens it anew.
    const failed = view
    const known = all
    failed.capture.catch(() => known.get(name) === failed && known.delete(name))
  }
  clearTimeout(view.closing)
  view.shownBy += 1
  return view
}

function leave(client: Client, name: string, view: OpenView): void {
  view.shownBy -= 1
  if (view.shownBy > 0) return
  view.closing = setTimeout(() => {
    const all = views.get(client)
    if (all?.get(name) === view) all.delete(name)
    void closeUnlessKept(client, view)
  }, LINGER)
}

async function closeUnlessKept(client: Client, view: OpenView): Promise<void> {
  try {
    const { id } = await view.capture
    const { name } = await client.captures.open({ id })
    if (name === null) await client.captures.close({ id })
  } catch {
    // It never opened, or is gone already: there is nothing to close.
  }
}

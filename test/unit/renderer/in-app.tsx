import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { configure, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import type { Client } from '#shared/contract/contract.ts'
import type { CaptureInfo, CaptureProgress } from '#shared/model/capture.ts'
import type { Connection } from '#shared/model/connection.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { ClientProvider } from '../../../renderer/platform/client.ts'

// A loaded machine takes its time; what comes is waited for, whenever it comes.
configure({ asyncUtilTimeout: 15_000 })

/** Told once, and then nothing more. */
export async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}

/** Renders a component with all that it finds around it in the app; `parts` are the procedures that it calls. */
export async function inApp(element: ReactNode, parts: Record<string, Record<string, unknown>>): Promise<void> {
  // The router scrolls, which jsdom can't.
  window.scrollTo = () => undefined
  const all = { ...parts, host: { capabilities: () => Promise.resolve({ fileDialogs: false }), ...parts['host'] } }
  const root = createRootRoute({ component: () => <div data-testid="place">{element}</div>, notFoundComponent: () => null })
  const router = createRouter({ routeTree: root, history: createMemoryHistory() })
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ClientProvider value={all as unknown as Client}>
        <RouterProvider router={router as never} />
      </ClientProvider>
    </QueryClientProvider>,
  )
  await screen.findByTestId('place')
}

export const failing = (code: ConstructorParameters<typeof KinescopeError>[0], message: string, action: string, position: number | null = null) => () =>
  Promise.reject(new KinescopeError(code, message, { action, position }))

export const sandbox: Connection = { id: 'sandbox-1', kind: 'sandbox', label: 'shop', environment: 'local', region: 'eu-west-1', endpoint: 'http://127.0.0.1:1', profile: null, accountId: '111122223333', readOnly: false }
export const production: Connection = { ...sandbox, id: 'prod', kind: 'profile', label: 'prod-eu', environment: 'production', endpoint: null, profile: 'prod-eu', readOnly: true }

export const capture: CaptureInfo = {
  id: 'a',
  name: 'incident 4711',
  path: '/captures/incident 4711.kinescope',
  connectionId: 'prod',
  streamName: 'orders',
  streamArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders',
  endpoint: null,
  region: 'eu-west-1',
  account: '111122223333',
  from: { type: 'LATEST' },
  filter: null,
  filtered: 0,
  state: 'stopped',
  failure: null,
  records: 12_340,
  bytes: 4_404_019,
  fileSize: 5_000_000,
  gaps: 0,
  firstArrival: Date.UTC(2026, 10, 22, 14, 17),
  lastArrival: Date.UTC(2026, 10, 22, 14, 31, 58),
  createdAt: Date.UTC(2026, 10, 22, 14, 17),
}

export const progress: CaptureProgress = {
  ...capture,
  state: 'reading',
  recordsPerSecond: 120,
  bytesPerSecond: 1024 * 1024,
  millisBehind: 3000,
  readsPerSecond: 1,
  readBudget: 2,
  way: 'polling',
  fallback: null,
  end: null,
  remaining: 130_000,
  shards: [],
}

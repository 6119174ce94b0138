// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Client } from '#shared/contract/contract.ts'
import type { ReadUse } from '#shared/model/read-use.ts'
import { Reads } from '../../../../renderer/app/reads.tsx'
import { budgetWords, loweredWords } from '../../../../renderer/app/reads-words.ts'
import { ClientProvider } from '../../../../renderer/platform/client.ts'

afterEach(cleanup)

const use: ReadUse = {
  readsPerSecond: 2,
  streams: [
    {
      streamArn: 'arn:orders',
      streamName: 'orders',
      connectionId: 'c',
      readsPerSecond: 1.6,
      bytesPerSecond: 1000,
      budget: 2,
      disturbed: { shards: 1, smallestShare: 0.5 },
      readers: [
        { captureId: 'a', name: null, rank: 'screen', readsPerSecond: 1, fair: 1.33 },
        { captureId: 'b', name: 'incident <b>', rank: 'background', readsPerSecond: 0.6, fair: 0.67 },
      ],
    },
  ],
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}

const shown = (value: ReadUse, setBudget = vi.fn(() => Promise.resolve())) => {
  const client = { reads: { watch: () => Promise.resolve(once(value)), setBudget } } as unknown as Client
  const Around = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={new QueryClient()}>
      <ClientProvider value={client}>{children}</ClientProvider>
    </QueryClientProvider>
  )
  render(<Reads streamArn="arn:orders" />, { wrapper: Around })
  return setBudget
}

test('the status bar says what of a shard’s five reads is taken, and a popover who takes it and why it is less', async () => {
  shown(use)
  fireEvent.click(await screen.findByRole('button', { name: /reads 1\.6 of 5 \/s a shard, lowered/ }))
  const dialog = await screen.findByRole('dialog', { name: 'Reads' })
  expect(dialog.textContent).toContain('1.6 of the 2.0 that we allow ourselves')
  expect(screen.getByRole('row', { name: /incident <b> in the background 0\.6 0\.7/ })).toBeTruthy()
  expect(dialog.textContent).toContain('One shard throttled us')
  expect(dialog.textContent).toContain('2 readers share 2.0 reads a second')
})

test('the budget can be changed from there', async () => {
  const setBudget = shown(use)
  fireEvent.click(await screen.findByRole('button', { name: /show who reads/ }))
  fireEvent.click(await screen.findByRole('button', { name: /On the screen, at most/ }))
  fireEvent.click(await screen.findByRole('option', { name: '0.5 /s' }))
  await waitFor(() => expect(setBudget).toHaveBeenCalledWith({ readsPerSecond: 0.5 }))
})

test('nothing is said while nothing reads, and nothing is lowered for one undisturbed view', () => {
  shown({ readsPerSecond: 2, streams: [] })
  expect(screen.queryByRole('button')).toBeNull()
  expect(loweredWords({ disturbed: null, budget: 2, readers: use.streams[0]!.readers.slice(0, 1) })).toEqual([])
  expect(loweredWords({ disturbed: null, budget: 1, readers: use.streams[0]!.readers.slice(1) })).toEqual(['Nobody looks at it: it is read half as often.'])
  expect(budgetWords({ readsPerSecond: 0, budget: 0.2 })).toBe('0.0 of the 0.2 that we allow ourselves')
})

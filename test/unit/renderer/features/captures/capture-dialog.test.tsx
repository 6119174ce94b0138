// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { CaptureDialog } from '../../../../../renderer/features/captures/capture-dialog.tsx'
import { capture, failing, inApp, once, production, sandbox } from '../../in-app.tsx'

afterEach(cleanup)

const shown = async (connectionId: string, start: unknown) => {
  const onStarted = vi.fn()
  await inApp(<CaptureDialog connectionId={connectionId} stream="orders" from="latest" query="type:OrderPaid" onClose={vi.fn()} onStarted={onStarted} />, {
    captures: { start },
    connections: { watch: () => Promise.resolve(once([sandbox, production])) },
    streams: { describe: () => Promise.resolve({ shards: [], openShards: 8, mode: 'PROVISIONED' }) },
  })
  await screen.findByRole('dialog', { name: 'Capture orders' })
  return onStarted
}
const field = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name })
const type = (name: string, value: string) => fireEvent.change(field(name), { target: { value } })
const press = (name: RegExp) => fireEvent.click(screen.getByRole('button', { name }))

test('it takes over what the view shows, and starts what was asked for', async () => {
  const start = vi.fn(() => Promise.resolve(capture))
  const onStarted = await shown('sandbox-1', start)
  expect(field('Only records that match').value).toBe('type:OrderPaid')
  type('Name', 'incident 4711')
  type('Or after so many records', '1,000')
  fireEvent.click(screen.getByRole('radio', { name: 'Enhanced fan-out' }))
  expect((await screen.findByText(/Registers a consumer with orders: a write/)).textContent).toContain('here 8 an hour')
  press(/Register and start/)
  await waitFor(() => expect(onStarted).toHaveBeenCalledWith('a'))
  expect(start).toHaveBeenCalledWith(
    expect.objectContaining({ connectionId: 'sandbox-1', stream: 'orders', name: 'incident 4711', from: { type: 'LATEST' }, until: { type: 'never' }, maxRecords: 1000, filter: 'type:OrderPaid', fanOut: true }),
  )
})

test('a wrong value is said at its field, and nothing is started', async () => {
  const start = vi.fn()
  await shown('sandbox-1', start)
  type('Keep at most', '1 MiB')
  press(/Start the capture/)
  expect(await screen.findByText('16 MiB is the least.')).toBeTruthy()
  expect(field('Keep at most').getAttribute('aria-invalid')).toBe('true')
  expect(start).not.toHaveBeenCalled()
})

test('a filter that can’t be read is marked at the filter until it is changed', async () => {
  await shown('sandbox-1', failing('bad-query', 'This bracket is never closed.', 'Close the bracket.', 5))
  type('Only records that match', 'type:(')
  press(/Start the capture/)
  expect((await screen.findByRole('alert')).textContent).toContain('This bracket is never closed. Close the bracket.')
  expect(field('Only records that match').getAttribute('aria-invalid')).toBe('true')
  type('Only records that match', 'type:a')
  expect(screen.queryByRole('alert')).toBeNull()
})

test('what AWS refuses stands in the dialog with what to do about it', async () => {
  await shown('sandbox-1', failing('access-denied', 'role/Dev may not register a consumer.', 'Read by polling.'))
  press(/Start the capture/)
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('role/Dev may not register a consumer.')
  expect(alert.textContent).toContain('Read by polling.')
})

test('on a read-only connection fan-out is off, with the reason', async () => {
  await shown('prod', vi.fn())
  expect(await screen.findByText(/which is a write, and prod-eu is read-only/)).toBeTruthy()
  expect(screen.getByRole<HTMLButtonElement>('radio', { name: 'Enhanced fan-out' }).disabled).toBe(true)
})

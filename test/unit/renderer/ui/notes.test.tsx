// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { AlertDialog } from '../../../../renderer/ui/alert-dialog.tsx'
import { ErrorNote } from '../../../../renderer/ui/error-note.tsx'
import { ShardChip } from '../../../../renderer/ui/shard-chip.tsx'

afterEach(cleanup)
const press = (element: HTMLElement): void => void fireEvent.click(element)

test('an error says what happened and what to do, and AWS’s request id is one click away', () => {
  const onRetry = vi.fn()
  render(<ErrorNote failure={{ code: 'throttled', message: 'Kinesis is throttling.', action: 'Wait a little.', retryable: true, requestId: 'c2a5', position: null }} onRetry={onRetry} />)
  const note = screen.getByRole('alert')
  expect(note.textContent).toContain('Kinesis is throttling.')
  expect(note.textContent).toContain('Wait a little.')
  expect(screen.queryByText('c2a5')).toBeNull()
  press(screen.getByRole('button', { name: 'Try again' }))
  expect(onRetry).toHaveBeenCalledOnce()
  press(screen.getByRole('button', { name: 'AWS request id' }))
  expect(screen.getByText('c2a5')).toBeTruthy()
})

test('hostile text in an error stays text', () => {
  render(<ErrorNote failure={{ code: 'aws', message: '<img src=x onerror=alert(1)>', action: null, retryable: false, requestId: null, position: null }} />)
  expect(document.querySelector('img')).toBeNull()
  expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeTruthy()
})

test('Cancel is the default, and the name must be typed in full', async () => {
  const onConfirm = vi.fn()
  const onCancel = vi.fn()
  render(<AlertDialog title="Replay?" isOpen confirmLabel="Replay 10 records" onConfirm={onConfirm} onCancel={onCancel} typed="orders">They can't be taken back.</AlertDialog>)
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Cancel' })))
  const confirm = screen.getByRole('button', { name: 'Replay 10 records' })
  expect(confirm.hasAttribute('disabled')).toBe(true)
  fireEvent.change(screen.getByRole('textbox'), { target: { value: 'orders' } })
  expect(confirm.hasAttribute('disabled')).toBe(false)
  press(confirm)
  expect(onConfirm).toHaveBeenCalledOnce()
  expect(onCancel).not.toHaveBeenCalled()
})

test('a shard always shows its number beside its colour', () => {
  render(<ShardChip shardId="shardId-000000000004" step={9} />)
  const chip = screen.getByText('004')
  expect(chip.className).toContain('ui-shard-9')
  expect(chip.title).toBe('shardId-000000000004')
})

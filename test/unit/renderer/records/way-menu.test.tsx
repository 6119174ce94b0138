// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Connection } from '#shared/model/connection.ts'
import { WayMenu } from '../../../../renderer/features/records/way-menu.tsx'
import { production, sandbox } from '../in-app.tsx'

afterEach(cleanup)

const shown = (connection: Connection, isFanOut = false) => {
  const onFanOut = vi.fn()
  render(<WayMenu stream="orders" from="-5m" connection={connection} detail={undefined} isFanOut={isFanOut} onFanOut={onFanOut} />)
  fireEvent.click(screen.getByRole('button', { name: isFanOut ? 'Read by fan-out: change' : 'Read by polling: change' }))
  return onFanOut
}

test('fan-out is read by only after what it does was said, and Cancel is the default', async () => {
  const onFanOut = shown({ ...production, readOnly: false })
  fireEvent.click(await screen.findByRole('menuitem', { name: /Enhanced fan-out/ }))
  const question = await screen.findByRole('alertdialog', { name: 'Read orders by fan-out?' })
  expect(question.textContent).toContain('a write, which others see')
  expect(question.textContent).toContain('This view begins anew, from the last 5 minutes.')
  expect(onFanOut).not.toHaveBeenCalled()
  fireEvent.click(screen.getByRole('button', { name: 'Register and read' }))
  expect(onFanOut).toHaveBeenCalledWith(true)
})

test('the way back to polling asks nothing', async () => {
  const onFanOut = shown(sandbox, true)
  fireEvent.click(await screen.findByRole('menuitem', { name: /Polling/ }))
  expect(onFanOut).toHaveBeenCalledWith(false)
})

test('a read-only connection has it off, with the reason', async () => {
  shown(production)
  const entry = await screen.findByRole('menuitem', { name: /Enhanced fan-out/ })
  expect(entry.getAttribute('aria-disabled')).toBe('true')
  expect(entry.textContent).toContain('the connection is read-only')
})

// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { CaptureInfo } from '#shared/model/capture.ts'
import { CutOffNotice } from '../../../../../renderer/features/captures/cut-off-notice.tsx'
import { capture, failing, inApp, once } from '../../in-app.tsx'

afterEach(cleanup)

const cutOff: CaptureInfo = { ...capture, held: 'interrupted' }
const other: CaptureInfo = { ...cutOff, id: 'b', name: 'black friday', records: 1 }
const shown = (captures: CaptureInfo[], resumeReading: unknown = vi.fn(() => Promise.resolve(capture))) =>
  inApp(<CutOffNotice isShown />, { captures: { watchLibrary: () => Promise.resolve(once(captures)), resumeReading } })
const notice = () => screen.findByRole('region', { name: 'Captures that were cut off' })

test('one that was cut off says what it holds, and is resumed with one press', async () => {
  const resume = vi.fn(() => Promise.resolve(capture))
  await shown([cutOff, { ...capture, id: 'c' }, { ...capture, id: 'd', held: 'elsewhere' }], resume)
  expect((await notice()).textContent).toContain('incident 4711 was cut off while being read')
  expect((await notice()).textContent).toContain('orders, 12,340 records to 2026-11-22 14:31:58 UTC.')
  fireEvent.click(screen.getByRole('button', { name: 'Resume' }))
  await waitFor(() => expect(resume).toHaveBeenCalledWith({ id: 'a' }))
})

test('several are resumed together or each by itself, and one that fails says why and what to do', async () => {
  await shown([cutOff, other], failing('not-found', 'There is no connection "prod".', 'Add it again, or pick another one.'))
  expect((await notice()).textContent).toContain('2 captures were cut off while being read')
  fireEvent.click(screen.getByRole('button', { name: 'Resume black friday' }))
  expect((await screen.findByRole('alert')).textContent).toContain('There is no connection "prod".Add it again')
  fireEvent.click(screen.getByRole('button', { name: 'Resume all' }))
  await waitFor(() => expect(screen.getAllByRole('alert')).toHaveLength(2))
  expect(within(await notice()).getAllByRole('listitem')).toHaveLength(2)
})

test('what is dismissed is gone until the next start', async () => {
  await shown([cutOff, other])
  await notice()
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }))
  expect(screen.queryByRole('region')).toBeNull()
})

// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { type CaptureInfo, paceOf } from '#shared/model/capture.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { LibraryRow } from '../../../../../renderer/features/captures/library-row.tsx'
import { capture, failing, inApp, progress } from '../../in-app.tsx'

afterEach(cleanup)

const damaged = new KinescopeError('damaged-capture', 'The file is damaged.', { action: 'Work on a copy.' }).failure
async function* salvage() {
  yield { records: 5, lost: 0, gaps: 0, done: false }
  yield { records: 703, lost: 243, gaps: 4, done: true }
}
const shown = async (info: CaptureInfo, parts = {}) => {
  const resume = { run: vi.fn(), pending: new Set<string>(), failures: new Map() }
  await inApp(<table><tbody><LibraryRow capture={info} zone="utc" resume={resume} onAsk={vi.fn()} onOpen={vi.fn()} /></tbody></table>, parts)
  return resume
}
const actions = async () => {
  fireEvent.click(screen.getByRole('button', { name: /^Actions for/ }))
  return (await screen.findAllByRole('menuitem')).filter((item) => item.getAttribute('aria-disabled') !== 'true').map((item) => item.textContent)
}

test('one that another Kinescope reads says so, and offers neither to resume nor to delete it', async () => {
  await shown({ ...capture, held: 'elsewhere' })
  expect(screen.getByText('Read by another Kinescope')).toBeTruthy()
  expect(await actions()).toEqual(['Open', 'Replay…', 'Export…', 'Verify'])
})

test('one that was cut off is resumed from its row', async () => {
  const resume = await shown({ ...capture, held: 'interrupted' })
  expect(screen.getByText('Cut off while being read')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Resume reading' }))
  expect(resume.run).toHaveBeenCalledWith([expect.objectContaining({ id: 'a' })])
  expect(await actions()).toContain('Resume reading')
})

test('one that is read tells how it comes on, and can be paused and stopped', async () => {
  await shown({ ...capture, state: 'reading', pace: paceOf(progress), filter: 'type:a', filtered: 10 })
  expect(screen.getByRole('row').textContent).toContain('120/s, 1 MiB/s, reached 14:31:58, 3 s behind, 2 min 10 s left')
  expect(screen.getByText('12,340 of 12,350 kept by filter')).toBeTruthy()
  expect(await actions()).toEqual(expect.arrayContaining(['Pause reading', 'Stop reading', 'Delete…']))
})

test('a damaged one is salvaged into a new one, and stays as it is', async () => {
  const captures = { salvage: vi.fn(() => Promise.resolve(salvage())), openFile: failing('file-system', 'It is gone.', 'Look for it.') }
  await shown({ ...capture, state: 'failed', streamName: '', failure: damaged }, { captures })
  fireEvent.click(screen.getByRole('button', { name: 'Salvage into a new capture…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Salvage incident 4711' })
  expect(dialog.textContent).toContain('The damaged file stays as it is.')
  fireEvent.click(screen.getByRole('button', { name: 'Salvage' }))
  expect(await screen.findByText('703 records saved, 243 lost; 4 gaps say where.')).toBeTruthy()
  expect(captures.salvage).toHaveBeenCalledWith({ path: capture.path, out: '/captures/incident 4711 salvaged.kinescope' }, expect.anything())
  fireEvent.click(screen.getByRole('button', { name: 'Open the new capture' }))
  expect((await screen.findByText('It is gone.')).textContent).toBeTruthy()
})

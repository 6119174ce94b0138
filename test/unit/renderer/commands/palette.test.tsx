// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { CheatSheet } from '../../../../renderer/commands/cheat-sheet.tsx'
import { CommandScope } from '../../../../renderer/commands/command-scope.ts'
import { listenToKeys } from '../../../../renderer/commands/keys.ts'
import { Palette, type PaletteItem } from '../../../../renderer/commands/palette.tsx'
import { useCommand } from '../../../../renderer/commands/use-command.ts'

afterEach(cleanup)

function Keep({ run }: { run: () => void }) {
  useCommand({ id: 'capture.keep', title: 'Keep this capture', key: 'c', group: 'Records', run })
  return <input aria-label="query" />
}
const place = (title: string, run = vi.fn()): PaletteItem => ({ id: title, title, icon: 'stream', group: 'Streams', run })

test('streams and commands are found by a few letters, Enter goes there', async () => {
  const run = vi.fn()
  const onClose = vi.fn()
  render(<><Keep run={vi.fn()} /><Palette places={[place('clicks'), place('orders', run)]} onClose={onClose} /></>)
  const field = screen.getByRole('combobox')
  fireEvent.change(field, { target: { value: 'ord' } })
  expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['ordersStreams'])
  fireEvent.change(field, { target: { value: 'keep' } })
  expect(screen.getByRole('option', { name: /Keep this capture/ })).toBeTruthy()
  fireEvent.change(field, { target: { value: 'ord' } })
  fireEvent.keyDown(field, { key: 'Enter' })
  expect(onClose).toHaveBeenCalledOnce()
  await waitFor(() => expect(run).toHaveBeenCalledOnce())
})

test('what nothing is called by is said', () => {
  render(<Palette places={[place('clicks')]} onClose={vi.fn()} />)
  fireEvent.change(screen.getByRole('combobox'), { target: { value: 'zzz' } })
  expect(screen.getByText(/Nothing is called “zzz”/)).toBeTruthy()
})

test('the sheet shows the keys of what is in front only', () => {
  render(
    <>
      <CommandScope value={false}><Keep run={vi.fn()} /></CommandScope>
      <CheatSheet onClose={vi.fn()} />
    </>,
  )
  expect(screen.queryByText('Keep this capture')).toBeNull()
  cleanup()
  render(<><Keep run={vi.fn()} /><CheatSheet onClose={vi.fn()} /></>)
  expect(screen.getByText('Keep this capture')).toBeTruthy()
})

test('a key runs its command, but not while a field is typed in or a dialog is open', () => {
  const stop = listenToKeys(document)
  const run = vi.fn()
  const { rerender } = render(<Keep run={run} />)
  fireEvent.keyDown(document.body, { key: 'c' })
  expect(run).toHaveBeenCalledOnce()
  fireEvent.keyDown(screen.getByLabelText('query'), { key: 'c' })
  rerender(<><Keep run={run} /><CheatSheet onClose={vi.fn()} /></>)
  fireEvent.keyDown(document.body, { key: 'c' })
  expect(run).toHaveBeenCalledOnce()
  stop()
})

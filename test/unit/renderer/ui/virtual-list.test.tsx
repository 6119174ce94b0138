// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { VirtualList } from '../../../../renderer/ui/virtual-list.tsx'

afterEach(cleanup)

const listbox = { role: 'listbox' } as const

function List({ count, onOpen = vi.fn() }: { count: number; onOpen?: (index: number) => void }) {
  const [active, setActive] = useState<number | null>(null)
  return <VirtualList label="Rows" {...listbox} count={count} active={active} onActive={setActive} onOpen={onOpen} renderRow={(index) => `row ${index}`} />
}

test('of a million rows only those in sight exist', () => {
  render(<List count={1_000_000} />)
  expect(screen.getAllByRole('option').length).toBeLessThan(60)
  expect(screen.getAllByRole('option')[0]?.getAttribute('aria-setsize')).toBe('1000000')
})

test('keys move the active row, and Enter opens it', () => {
  const onOpen = vi.fn()
  render(<List count={1000} onOpen={onOpen} />)
  const list = screen.getByRole('listbox', { name: 'Rows' })
  fireEvent.keyDown(list, { key: 'ArrowDown' })
  fireEvent.keyDown(list, { key: 'ArrowDown' })
  expect(screen.getByRole('option', { selected: true }).textContent).toBe('row 1')
  expect(list.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option', { selected: true }).id)
  fireEvent.keyDown(list, { key: 'Enter' })
  expect(onOpen).toHaveBeenCalledWith(1)
  fireEvent.keyDown(list, { key: 'Home' })
  expect(screen.getByRole('option', { selected: true }).textContent).toBe('row 0')
})

test('End shows the last row, beyond what a browser can lay out too', () => {
  render(<List count={10_000_000} />)
  fireEvent.keyDown(screen.getByRole('listbox'), { key: 'End' })
  expect(screen.getByRole('option', { selected: true }).textContent).toBe('row 9999999')
})

test('a click makes a row active, a double click opens it', () => {
  const onOpen = vi.fn()
  render(<List count={10} onOpen={onOpen} />)
  fireEvent.click(screen.getByText('row 4'))
  expect(screen.getByRole('option', { selected: true }).textContent).toBe('row 4')
  fireEvent.doubleClick(screen.getByText('row 4'))
  expect(onOpen).toHaveBeenCalledWith(4)
})

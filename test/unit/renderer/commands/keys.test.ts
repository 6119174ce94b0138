import { describe, expect, test, vi } from 'vitest'
import { commandFor, isStroke, type Stroke } from '../../../../renderer/commands/keys.ts'
import type { Command } from '../../../../renderer/commands/registry.ts'
import { ariaKey, keyLabel } from '../../../../renderer/ui/key-label.ts'

const stroke = (key: string, modifiers: Partial<Stroke> = {}): Stroke => ({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers })
const command = (id: string, key: string | string[], rest: Partial<Command> = {}): Command => ({ id, title: id, key, run: vi.fn(), ...rest })

describe('isStroke', () => {
  test('mod is Command on a Mac and Control elsewhere', () => {
    expect(isStroke('mod+k', stroke('k', { metaKey: true }), true)).toBe(true)
    expect(isStroke('mod+k', stroke('k', { ctrlKey: true }), true)).toBe(false)
    expect(isStroke('mod+k', stroke('k', { ctrlKey: true }), false)).toBe(true)
    expect(isStroke('mod+k', stroke('k', { metaKey: true }), false)).toBe(false)
  })

  test('a plain key wants no modifier', () => {
    expect(isStroke('c', stroke('c'), false)).toBe(true)
    expect(isStroke('c', stroke('c', { ctrlKey: true }), false)).toBe(false)
    expect(isStroke('c', stroke('C', { shiftKey: true }), false)).toBe(false)
  })

  test('a sign is a sign, however a keyboard makes it', () => {
    expect(isStroke('?', stroke('?', { shiftKey: true }), false)).toBe(true)
    expect(isStroke('/', stroke('/', { shiftKey: true }), false)).toBe(true)
    expect(isStroke('?', stroke('?'), false)).toBe(true)
  })

  test('space, arrows, and letters under Alt on a Mac', () => {
    expect(isStroke('space', stroke(' '), false)).toBe(true)
    expect(isStroke('alt+arrowleft', stroke('ArrowLeft', { altKey: true }), false)).toBe(true)
    expect(isStroke('alt+w', stroke('∑', { altKey: true, code: 'KeyW' }), true)).toBe(true)
  })
})

describe('commandFor', () => {
  test('the innermost wins, unless it is off', () => {
    const outer = command('outer', 'c')
    const inner = command('inner', 'c')
    expect(commandFor(stroke('c'), false, [outer, inner])?.id).toBe('inner')
    expect(commandFor(stroke('c'), false, [outer, { ...inner, when: () => false }])?.id).toBe('outer')
  })

  test('a text field keeps its letters, not its shortcuts', () => {
    const commands = [command('keep', 'c'), command('palette', 'mod+k')]
    expect(commandFor(stroke('c'), true, commands)).toBeNull()
    expect(commandFor(stroke('k', { ctrlKey: true }), true, commands, false)?.id).toBe('palette')
  })

  test('any of several keys', () => {
    expect(commandFor(stroke('ArrowDown'), false, [command('next', ['j', 'arrowdown'])])?.id).toBe('next')
  })
})

describe('how keys are written', () => {
  test('by platform', () => {
    expect(keyLabel('mod+k', true)).toBe('⌘K')
    expect(keyLabel('mod+k', false)).toBe('Ctrl+K')
    expect(keyLabel('mod+shift+p', true)).toBe('⌘⇧P')
    expect(keyLabel('space', false)).toBe('Space')
    expect(keyLabel('?', false)).toBe('?')
    expect(ariaKey('mod+k', true)).toBe('Meta+K')
    expect(ariaKey('mod+k', false)).toBe('Control+K')
  })
})

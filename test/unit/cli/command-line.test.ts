import { describe, expect, it } from 'vitest'
import type { KinescopeError } from '#shared/model/error.ts'
import { parseCommandLine } from '../../../electron/cli/command-line.ts'
import { exitCodeOf } from '../../../electron/cli/exit-code.ts'
import { FailureCode } from '#shared/model/error.ts'
import { choiceOption, countOption, positiveOption } from '../../../electron/cli/numbers.ts'
import { sizeOption } from '../../../electron/cli/sizes.ts'
import { commandNames, usageText } from '../../../electron/cli/usage.ts'

const failure = (args: string[]): KinescopeError['failure'] => {
  try {
    parseCommandLine(args)
  } catch (error) {
    return (error as KinescopeError).failure
  }
  throw new Error('it was accepted')
}

describe('a command line', () => {
  it('is a command with arguments and options in any order', () => {
    expect(parseCommandLine(['--endpoint', 'http://x', 'capture', '--out=f', 'orders', '--until', 'now'])).toEqual({
      kind: 'run',
      command: 'capture',
      positionals: ['orders'],
      options: { endpoint: 'http://x', out: 'f', until: 'now' },
    })
    expect(parseCommandLine(['search', 'f', '--', '-x'])).toMatchObject({ positionals: ['f', '-x'] })
    expect(parseCommandLine(['replay', 'f', '--to', 's', '--query', '', '--dry-run'])).toMatchObject({ options: { query: '', 'dry-run': true } })
    expect(parseCommandLine(['search', 'f', ''])).toMatchObject({ positionals: ['f', ''] })
  })

  it('takes queries and values that begin with a dash', () => {
    expect(parseCommandLine(['search', 'f', '-state:PAID x', '--limit', '3'])).toMatchObject({ positionals: ['f', '-state:PAID x'], options: { limit: '3' } })
    expect(parseCommandLine(['replay', 'f', '--query', '-x', '--to', 's'])).toMatchObject({ positionals: ['f'], options: { query: '-x', to: 's' } })
    expect(parseCommandLine(['capture', 's', '--filter', '-state:PAID', '--out', 'f'])).toMatchObject({ positionals: ['s'], options: { filter: '-state:PAID', out: 'f' } })
    expect(parseCommandLine(['capture', 's', '--filter', '', '--fan-out', '--out', 'f'])).toMatchObject({ options: { filter: '', 'fan-out': true } })
    expect(parseCommandLine(['replay', 'f', '--to', 's', '--rate', '-1'])).toMatchObject({ options: { rate: '-1' } })
    expect(parseCommandLine(['search', '--', 'f', '-x'])).toMatchObject({ positionals: ['f', '-x'] })
    expect(parseCommandLine(['search', 'f', '-h'])).toEqual({ kind: 'help', command: 'search' })
  })

  it('asks for help in every place where one looks for it', () => {
    for (const args of [['--help'], ['-h'], ['help']]) expect(parseCommandLine(args)).toEqual({ kind: 'help', command: null })
    for (const args of [['capture', '--help'], ['-h', 'capture'], ['help', 'capture'], ['capture', '--rate', '5', '--help']]) {
      expect(parseCommandLine(args)).toEqual({ kind: 'help', command: 'capture' })
    }
    expect(parseCommandLine(['--version'])).toEqual({ kind: 'version' })
  })

  it.each([
    [[], 'No command'],
    [['fly'], 'no command "fly"'],
    [['\u001b[31m'], String.raw`no command "\u001b[31m"`],
    [['streams', '--wings'], "Unknown option '--wings'"],
    [['streams', 'orders'], `can't use "orders"`],
    [['capture', 'orders'], 'needs --out'],
    [['capture', '--out', 'f'], 'needs STREAM'],
    [['capture', 'orders', '--out'], 'argument missing'],
    [['capture', 'orders', '--out', ''], '--out is empty'],
    [['capture', '', '--out', 'f'], 'STREAM is empty'],
    [['capture', 's', '--out', 'f', '--max-bytes', ''], '--max-bytes is empty'],
    [['capture', 's', '--out', 'f', '--fan-out=yes'], 'does not take an argument'],
    [['tail', 's', '--filter', 'x'], 'has no option --filter'],
    [['capture', 'orders', '--out', '--until', 'now'], 'needs a value'],
    [['verify', '-x'], 'has no option -x'],
    [['search'], 'needs FILE'],
    [['search', ''], 'FILE is empty'],
    [['search', 'f', 'two', 'words'], 'one argument, in quotes'],
    [['search', 'f', '--rate', '5'], 'has no option --rate'],
    [['search', 'f', '--count=yes'], 'does not take an argument'],
    [['replay', 'f'], 'needs --to'],
    [['export', 'f', '--out', 'x'], 'needs --format'],
    [['import', 'f'], 'needs --out'],
    [['verify'], 'needs FILE'],
    [['salvage', '--out', 'n'], 'needs FILE'],
    [['salvage', 'f'], 'needs --out'],
    [['salvage', 'f', '--out', ''], '--out is empty'],
    [['salvage', 'f', 'g', '--out', 'n'], `can't use "g"`],
    [['salvage', 'f', '--out', 'n', '--key', 'k'], 'has no option --key'],
  ] as [string[], string][])('%j is refused with a sentence', (args, words) => {
    const { code, message, action } = failure(args)
    expect(message).toContain(words)
    expect(action).toMatch(/--help/)
    expect(exitCodeOf(code)).toBe(2)
  })
})

describe('numbers and words of options', () => {
  it('are taken or explained', () => {
    expect(countOption('12', 'limit', 'search')).toBe(12)
    expect(countOption(undefined, 'limit', 'search')).toBeNull()
    expect(positiveOption('0.5', 'speed', 'replay')).toBe(0.5)
    expect(choiceOption('csv', ['ndjson', 'csv'], 'format', 'export')).toBe('csv')
    for (const bad of ['0', '-1', '1.5', 'x', '', '1e3', '99999999999999999999']) expect(() => countOption(bad, 'limit', 'search')).toThrow(/--limit/)
    for (const bad of ['0', '-1', 'x', '', 'Infinity', 'NaN', '1e3', '0x10']) expect(() => positiveOption(bad, 'rate', 'replay')).toThrow(/--rate/)
    expect(() => choiceOption('xml', ['ndjson', 'csv'], 'format', 'export')).toThrow('--format xml is neither of ndjson and csv.')
  })
})

describe('sizes', () => {
  it.each([['1', 1], ['4096', 4096], ['10B', 10], ['1KiB', 1024], ['1.5 kib', 1536], ['64MiB', 67_108_864], ['2gib', 2_147_483_648]])('%s are %d bytes', (text, bytes) => {
    expect(sizeOption(text, 'max-bytes')).toBe(bytes)
  })
  it.each(['0', '', '-1', '1e3', '5MB', '5 M iB', 'many', '0.5', '0.0001KiB', '99999999GiB', '0x10', 'MiB', '1,5MiB', '١'])('%j is none', (text) => {
    expect(() => sizeOption(text, 'max-bytes')).toThrow(expect.objectContaining({ code: 'invalid-argument', message: `--max-bytes ${text} is not a size.` }) as Error)
  })
  it('may be too little', () => {
    expect(sizeOption(undefined, 'keep-at-most', 16_777_216)).toBeNull()
    expect(sizeOption('16MiB', 'keep-at-most', 16_777_216)).toBe(16_777_216)
    expect(() => sizeOption('16777215', 'keep-at-most', 16_777_216)).toThrow('--keep-at-most 16777215 is too little: it takes at least 16 MiB.')
  })
})

describe('exit codes', () => {
  it('tell wrong use from failure', () => {
    const usage = FailureCode.options.filter((code) => exitCodeOf(code) === 2)
    expect(usage).toEqual(['invalid-argument', 'bad-query', 'source-is-target'])
    expect(FailureCode.options.filter((code) => ![1, 2].includes(exitCodeOf(code)))).toEqual([])
  })
})

describe('usage', () => {
  it('names every command, and each names its options', () => {
    for (const name of commandNames) expect(usageText(null)).toContain(`\n  ${name}`)
    for (const option of ['--max-records N', '--max-bytes SIZE', '--filter QUERY', '--keep-at-most SIZE', '--fan-out ']) expect(usageText('capture')).toContain(`\n  ${option}`)
    expect(usageText('tail')).toContain('\n  --fan-out ')
    expect(usageText('serve')).toContain('--no-open')
    for (const name of commandNames) for (const line of usageText(name).split('\n')) expect(line.length).toBeLessThanOrEqual(120)
  })
})

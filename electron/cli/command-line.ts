import { parseArgs } from 'node:util'
import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { type CommandName, commandNames, isCommand, type Signature, signatures } from './usage.ts'

/** Every option of every command; one name has one meaning. */
const options = {
  profile: { type: 'string' },
  region: { type: 'string' },
  endpoint: { type: 'string' },
  account: { type: 'string' },
  'data-dir': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  out: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  'max-records': { type: 'string' },
  'max-bytes': { type: 'string' },
  filter: { type: 'string' },
  'keep-at-most': { type: 'string' },
  'fan-out': { type: 'boolean' },
  limit: { type: 'string' },
  order: { type: 'string' },
  count: { type: 'boolean' },
  to: { type: 'string' },
  query: { type: 'string' },
  rate: { type: 'string' },
  speed: { type: 'string' },
  'dry-run': { type: 'boolean' },
  confirm: { type: 'string' },
  format: { type: 'string' },
  key: { type: 'string' },
  port: { type: 'string' },
  'no-open': { type: 'boolean' },
  sandbox: { type: 'boolean' },
} as const

type Parsed = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>
export type Options = Parsed['values']

export type Invocation =
  | { readonly kind: 'help'; readonly command: CommandName | null }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly command: CommandName; readonly positionals: readonly string[]; readonly options: Options }

const common = ['profile', 'region', 'endpoint', 'account', 'data-dir', 'help', 'version']

/** Takes a command line apart. Throws `invalid-argument` for what no command has. */
export function parseCommandLine(args: readonly string[]): Invocation {
  const { plain, dashed } = withoutDashes(args)
  const { values, positionals } = parsed(plain)
  const [name, ...rest] = positionals
  if (values.version === true) return { kind: 'version' }
  if (name === undefined) {
    if (values.help === true) return { kind: 'help', command: null }
    throw usageError('No command was given.', null)
  }
  if (name === 'help') return { kind: 'help', command: isCommand(rest[0]) ? rest[0] : null }
  if (!isCommand(name)) throw usageError(`There is no command "${printable(name)}".`, null)
  if (values.help === true) return { kind: 'help', command: name }
  if (dashed !== null && name !== 'search') throw usageError(`"${name}" has no option ${printable(dashed)}.`, name)
  const signature: Signature = signatures[name]
  const foreign = Object.keys(values).find((option) => !common.includes(option) && !signature.options.includes(option))
  if (foreign !== undefined) throw usageError(`"${name}" has no option --${foreign}.`, name)
  const missing = signature.arguments[rest.length]
  if (missing !== undefined && !missing.startsWith('[')) throw usageError(`"${name}" needs ${missing}.`, name)
  if (rest.length > signature.arguments.length) {
    const extra = printable(rest[signature.arguments.length] ?? '')
    throw usageError(`"${name}" can't use "${extra}"${name === 'search' ? ': write the query as one argument, in quotes' : ''}.`, name)
  }
  const absent = signature.required.find((option) => values[option as keyof Options] === undefined)
  if (absent !== undefined) throw usageError(`"${name}" needs --${absent}.`, name)
  const unnamed = signature.arguments.find((argument, at) => rest[at] === '' && !argument.startsWith('['))
  if (unnamed !== undefined) throw usageError(`${unnamed} is empty.`, name)
  const empty = Object.entries(values).find(([option, value]) => value === '' && option !== 'query' && option !== 'filter')
  if (empty !== undefined) throw usageError(`--${empty[0]} is empty.`, name)
  return { kind: 'run', command: name, positionals: rest, options: values }
}

/** Wrong use of a command, with where to read how it is used. */
export function usageError(message: string, command: CommandName | null): KinescopeError {
  return new KinescopeError('invalid-argument', message, {
    action: command === null ? `Commands are ${commandNames.join(', ')}; --help shows them all.` : `See ${command} --help.`,
  })
}

const isDashed = (arg: string | undefined): boolean => arg !== undefined && /^-[^-]/.test(arg) && arg !== '-h'

/**
 * A query may begin with a dash, and so may a value that is wrong: no option but `-h` has a single one.
 * Such arguments go behind `--` and such values behind `=`, where they are taken as they are.
 * @returns dashed the first such argument, null where there is none
 */
function withoutDashes(args: readonly string[]): { plain: string[]; dashed: string | null } {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  const before: string[] = []
  const behind: string[] = []
  for (let at = 0; at < end; at += 1) {
    const arg = args[at] ?? ''
    const value = args[at + 1]
    const option = arg.startsWith('--') ? Object.entries(options).find(([name]) => arg === `--${name}`)?.[1] : undefined
    if (option?.type === 'string' && at + 1 < end && value !== undefined && (isDashed(value) || !value.startsWith('-'))) {
      before.push(`${arg}=${value}`)
      at += 1
    } else (isDashed(arg) ? behind : before).push(arg)
  }
  const asTheyAre = [...behind, ...args.slice(end + 1)]
  return { plain: asTheyAre.length === 0 ? before : [...before, '--', ...asTheyAre], dashed: behind[0] ?? null }
}

function parsed(args: readonly string[]): Parsed {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // Node's own sentence is plain: "Unknown option '--x'", "Option '--out <value>' argument missing".
    const [sentence = ''] = (error as Error).message.split('\n')
    const plain = printable(sentence)
      .replace(/ argument is ambiguous/, ' needs a value; one that begins with a dash goes behind a "=", as in --query=-open')
      .replace(/\. To specify .*/, '')
    throw usageError(plain.replace(/(?<!\.)$/, '.'), args.find(isCommand) ?? null)
  }
}

import { fold } from '../../../electron/store/filter.ts'

// What queries mean, written as simply as can be and apart from the program's own code: slow, and with nothing to get wrong.

export interface PlainRecord {
  id: number
  data: Buffer
  text: string | null
  partitionKey: string
  shardId: string
  sequenceNumber: string
  arrival: number
}

export type PlainQuery =
  | { is: 'text'; text: string }
  | { is: 'equals'; path: string; value: string; quoted: boolean }
  | { is: 'order'; path: string; operator: string; value: string }
  | { is: 'range'; path: string; from: string; to: string }
  | { is: 'meta'; name: string; operator: string; value: string }
  | { is: 'and' | 'or'; left: PlainQuery; right: PlainQuery }
  | { is: 'not'; of: PlainQuery }

const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

export const written = (query: PlainQuery): string => {
  switch (query.is) {
    case 'text':
      return quote(query.text)
    case 'equals':
      return `${query.path}:${query.quoted ? quote(query.value) : query.value}`
    case 'order':
      return `${query.path}:${query.operator}${query.value}`
    case 'range':
      return `${query.path}:[${query.from} TO ${query.to}]`
    case 'meta':
      return `${query.name}:${query.operator}${query.value}`
    case 'and':
    case 'or':
      return `(${written(query.left)} ${query.is.toUpperCase()} ${written(query.right)})`
    default:
      return `NOT ${written(query.of)}`
  }
}

const unescaped = (text: string): string =>
  text
    .split(/(\\u[0-9a-fA-F]{4}|\\["\\/bfnrt])/)
    .map((part, at) => (at % 2 === 0 ? part : (JSON.parse(`"${part}"`) as string)))
    .join('')
    .toWellFormed()

type Value = { string: string } | { number: string } | { literal: string } | { array: Value[] } | { object: [string, Value][] }

/** Recursive descent, one token at a time. */
const read = (text: string): Value | null => {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s"[\]{}:,]+/g) ?? []
  let at = 0
  const value = (): Value => {
    const token = tokens[at++]!
    if (token === '[') {
      const array: Value[] = []
      while (tokens[at] !== ']') {
        array.push(value())
        if (tokens[at] === ',') at++
      }
      at++
      return { array }
    }
    if (token === '{') {
      const object: [string, Value][] = []
      while (tokens[at] !== '}') {
        const key = JSON.parse(tokens[at]!) as string
        at += 2
        object.push([key, value()])
        if (tokens[at] === ',') at++
      }
      at++
      return { object }
    }
    if (token.startsWith('"')) return { string: JSON.parse(token) as string }
    return /^[tfn]/.test(token) ? { literal: token } : { number: token }
  }
  const bare = text.startsWith('\ufeff') ? text.slice(1) : text
  try {
    JSON.parse(bare)
  } catch {
    return null
  }
  return value()
}

const flat = (value: Value): Value[] => ('array' in value ? value.array.flatMap(flat) : [value])

const find = (value: Value, path: string): Value[] =>
  flat(value).flatMap((one) => {
    if (!('object' in one)) return []
    return one.object.flatMap(([key, child]) => {
      if (key === path) return [child]
      return path.startsWith(`${key}.`) ? find(child, path.slice(key.length + 1)) : []
    })
  })

/** A decimal with at most 40 digits behind the point, as an integer. */
const exact = (text: string): bigint | null => {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null || `${match[2]}${match[3]}` === '') return null
  const digits = BigInt(match[2]! + match[3]!) * 10n ** BigInt(40 - match[3]!.length + Number(match[4] ?? 0))
  return match[1] === '-' ? -digits : digits
}

const compare = (left: bigint, operator: string, right: bigint): boolean => {
  switch (operator) {
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '<':
      return left < right
    case '<=':
      return left <= right
    default:
      return left === right
  }
}

const like = (pattern: string, text: string): boolean => {
  const source = Array.from(fold(pattern), (sign) => (sign === '*' ? '.*' : sign === '?' ? '.' : sign.replace(/[\\^$.|+()[\]{}/-]/u, '\\$&')))
  return new RegExp(`^${source.join('')}$`, 'su').test(fold(text))
}

const isNumber = (text: string): boolean => /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)

const values = (record: PlainRecord, path: string): Value[] => {
  const json = read(record.text ?? record.data.toString())
  return json === null ? [] : find(json, path)
}

const scalar = (value: Value): string | null => ('string' in value ? value.string : 'number' in value ? value.number : 'literal' in value ? value.literal : null)

const isEqual = (query: { value: string; quoted: boolean }, value: Value): boolean => {
  const text = scalar(value)
  if (text === null) return false
  if (!query.quoted && /[*?]/.test(query.value)) return like(query.value, text)
  if ('number' in value) return text === query.value || (isNumber(query.value) && exact(text) === exact(query.value))
  return fold(text) === fold(query.value)
}

const inOrder = (value: Value, test: (number: bigint) => boolean): boolean => {
  if (!('number' in value) && !('string' in value)) return false
  const number = exact(scalar(value)!)
  return number !== null && test(number)
}

export const isMatch = (query: PlainQuery, record: PlainRecord): boolean => {
  switch (query.is) {
    case 'text': {
      const payloads = [record.data.toString(), ...(record.text === null ? [] : [record.text])]
      const texts = [...payloads, ...payloads.map(unescaped), record.partitionKey]
      return texts.some((text) => fold(text).includes(fold(query.text)))
    }
    case 'equals':
      if (query.value === '*' && !query.quoted) return values(record, query.path).length > 0
      return values(record, query.path).flatMap(flat).some((value) => isEqual(query, value))
    case 'order':
      return values(record, query.path).flatMap(flat).some((value) => inOrder(value, (number) => compare(number, query.operator, exact(query.value)!)))
    case 'range':
      return values(record, query.path)
        .flatMap(flat)
        .some((value) => inOrder(value, (number) => (query.from === '*' || number >= exact(query.from)!) && (query.to === '*' || number <= exact(query.to)!)))
    case 'meta':
      switch (query.name) {
        case '_key':
          return query.value.includes('*')
            ? record.partitionKey.startsWith(query.value.split('*')[0]!) && record.partitionKey.endsWith(query.value.split('*')[1]!) && record.partitionKey.length >= query.value.length - 1
            : record.partitionKey === query.value
        case '_shard':
          return Number(/\d+$/.exec(record.shardId)![0]) === Number(/\d+$/.exec(query.value)![0])
        case '_seq':
          return compare(BigInt(record.sequenceNumber), query.operator, BigInt(query.value))
        case '_size':
          return compare(BigInt(record.data.length), query.operator, BigInt(query.value))
        default:
          return compare(BigInt(record.arrival), query.operator, BigInt(Date.parse(query.value)))
      }
    case 'and':
      return isMatch(query.left, record) && isMatch(query.right, record)
    case 'or':
      return isMatch(query.left, record) || isMatch(query.right, record)
    default:
      return !isMatch(query.of, record)
  }
}

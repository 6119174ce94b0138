/**
 * JSON read without losing anything: numbers stay the text they were sent as, keys keep their order and
 * their duplicates, every value knows its place in the source. One validating pass (RFC 8259) writes a flat
 * tape and makes no objects, so that a record of 10 MiB opens fast; children are looked up when asked for.
 * There is no recursion: depth costs memory only.
 */

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null'

/**
 * A parsed text. A value is a number: its place on the tape, `ROOT` for the whole. On the tape a value has
 * three integers: where its source starts and ends (UTF-16 units), and the place behind its last descendant
 * times 8, plus its kind. An object's children are key, value, key, value.
 */
export interface JsonText {
  readonly text: string
  readonly tape: Int32Array
  /** Values and keys on the tape. */
  readonly nodes: number
}

export type JsonResult = { ok: true; json: JsonText } | { ok: false; position: number; reason: string }

export const ROOT = 0

const OBJECT = 0
const ARRAY = 1
const STRING = 2
const ESCAPED = 3
const NUMBER = 4
const TRUE = 5
const FALSE = 6
const NULL = 7
const KINDS: readonly JsonKind[] = ['object', 'array', 'string', 'string', 'number', 'true', 'false', 'null']

/** Memory: 12 bytes a value, so 192 MiB at most. A decoded record of 64 MiB that holds more is hostile. */
const MOST_NODES = 1 << 24

const failed = (position: number, reason: string): JsonResult => ({ ok: false, position, reason })

const afterSpace = (text: string, from: number): number => {
  let at = from
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) at++
    else return at
  }
}

const isHex = (code: number): boolean => (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66)

const afterEscape = (text: string, at: number): number => {
  switch (text.charCodeAt(at + 1)) {
    case 0x75: // \u
      for (let digit = at + 2; digit < at + 6; digit++) if (!isHex(text.charCodeAt(digit))) return -1
      return at + 6
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 2
    default:
      return -1
  }
}

/** From the opening quote to behind the closing one: that place times 2, plus 1 where there are escapes. Malformed: -1 - where. */
const afterString = (text: string, from: number): number => {
  let at = from + 1
  let escaped = 0
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return (at + 1) * 2 + escaped
    if (code === 0x5c) {
      const next = afterEscape(text, at)
      if (next < 0) return -1 - at
      at = next
      escaped = 1
    } else if (code >= 0x20) at++
    else return -1 - at
  }
}

const badString = (text: string, at: number): JsonResult => {
  if (at >= text.length) return failed(at, 'a string has no end')
  return failed(at, text[at] === '\\' ? 'a backslash is followed by something that JSON does not know' : 'a control character stands in a string')
}

const afterDigits = (text: string, from: number): number => {
  let at = from
  for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(++at));
  return at
}

/** Malformed: -1 - where. */
const afterNumber = (text: string, from: number): number => {
  let at = text.charCodeAt(from) === 0x2d ? from + 1 : from
  const whole = text.charCodeAt(at) === 0x30 ? at + 1 : afterDigits(text, at)
  if (whole === at) return -1 - at
  at = whole
  if (text.charCodeAt(at) === 0x2e) {
    const fraction = afterDigits(text, at + 1)
    if (fraction === at + 1) return -1 - fraction
    at = fraction
  }
  if ((text.charCodeAt(at) | 0x20) !== 0x65) return at
  const sign = text.charCodeAt(at + 1)
  const start = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1
  const exponent = afterDigits(text, start)
  return exponent === start ? -1 - start : exponent
}

const larger = (tape: Int32Array): Int32Array => {
  const grown = new Int32Array(tape.length * 2)
  grown.set(tape)
  return grown
}

const scan = (text: string, scratch: Int32Array): JsonResult => {
  let tape = scratch
  let used = 0
  /** Innermost open container, as an index into the tape; until it closes, its third integer leads to its parent. */
  let open = -1
  let inObject = false
  let isKey = false
  let at = afterSpace(text, 0)
  for (;;) {
    // At a value, or at a key and then its value.
    if (used + 6 > tape.length) {
      if (used > MOST_NODES * 3) return failed(at, 'it holds more values than can be shown')
      tape = larger(tape)
    }
    if (isKey) {
      if (text.charCodeAt(at) !== 0x22) return failed(at, 'a name in quotes is expected')
      const behind = afterString(text, at)
      if (behind < 0) return badString(text, -1 - behind)
      tape[used] = at
      tape[used + 1] = behind >> 1
      tape[used + 2] = (used / 3 + 1) * 8 + STRING + (behind & 1)
      used += 3
      at = afterSpace(text, behind >> 1)
      if (text.charCodeAt(at) !== 0x3a) return failed(at, 'a colon is expected')
      at = afterSpace(text, at + 1)
    }
    const code = text.charCodeAt(at)
    let end = 0
    let kind = NULL
    if (code === 0x22) {
      const behind = afterString(text, at)
      if (behind < 0) return badString(text, -1 - behind)
      end = behind >> 1
      kind = STRING + (behind & 1)
    } else if (code === 0x7b || code === 0x5b) {
      inObject = code === 0x7b
      tape[used] = at
      tape[used + 2] = (open + 1) * 8 + (inObject ? OBJECT : ARRAY)
      open = used
      used += 3
      at = afterSpace(text, at + 1)
      if (text.charCodeAt(at) !== (inObject ? 0x7d : 0x5d)) {
        isKey = inObject
        continue
      }
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      end = afterNumber(text, at)
      if (end < 0) return failed(-1 - end, 'a number is malformed')
      kind = NUMBER
    } else if (code === 0x74 && text.startsWith('true', at)) {
      end = at + 4
      kind = TRUE
    } else if (code === 0x66 && text.startsWith('false', at)) {
      end = at + 5
      kind = FALSE
    } else if (code === 0x6e && text.startsWith('null', at)) end = at + 4
    else return failed(at, at >= text.length ? 'it ends too early' : 'a value is expected')
    if (end > 0) {
      tape[used] = at
      tape[used + 1] = end
      tape[used + 2] = (used / 3 + 1) * 8 + kind
      used += 3
      at = afterSpace(text, end)
    }

    // Behind a value: what closes, and what comes next.
    while (open >= 0 && text.charCodeAt(at) === (inObject ? 0x7d : 0x5d)) {
      const parent = (tape[open + 2]! >> 3) - 1
      tape[open + 1] = at + 1
      tape[open + 2] = (used / 3) * 8 + (inObject ? OBJECT : ARRAY)
      open = parent
      inObject = open >= 0 && (tape[open + 2]! & 7) === OBJECT
      at = afterSpace(text, at + 1)
    }
    if (open < 0) return at < text.length ? failed(at, 'something follows the value') : { ok: true, json: { text, tape, nodes: used / 3 } }
    if (text.charCodeAt(at) !== 0x2c) return failed(at, at >= text.length ? 'it ends too early' : 'a comma or a closing bracket is expected')
    at = afterSpace(text, at + 1)
    isKey = inObject
  }
}

/** Parses JSON text; what it returns stays valid. `position` of an error is in UTF-16 units. */
export const parseJson = (text: string): JsonResult => scan(text, new Int32Array(Math.max(48, Math.ceil(Math.min(text.length, 1 << 20) / 8) * 3)))

/** A parser that uses one tape over again: a result is valid until its next call. For reading many records. */
export const reusableJsonParser = (): ((text: string) => JsonResult) => {
  let scratch: Int32Array = new Int32Array(3 << 10)
  return (text) => {
    const result = scan(text, scratch)
    if (result.ok && result.json.tape.length <= 3 << 16) scratch = result.json.tape
    return result
  }
}

export const kindOf = (json: JsonText, node: number): JsonKind => KINDS[json.tape[node * 3 + 2]! & 7]!
/** Where a value's source begins, its quote or bracket included. */
export const startOf = (json: JsonText, node: number): number => json.tape[node * 3]!
export const endOf = (json: JsonText, node: number): number => json.tape[node * 3 + 1]!
/** The place behind a value and all that is in it: its next sibling, if it has one. */
export const nextOf = (json: JsonText, node: number): number => json.tape[node * 3 + 2]! >>> 3
/** A value as it was sent. */
export const sourceOf = (json: JsonText, node: number): string => json.text.slice(startOf(json, node), endOf(json, node))

/** The text of a string or of a key, its escapes resolved. */
export const stringOf = (json: JsonText, node: number): string => {
  const source = json.text.slice(startOf(json, node) + 1, endOf(json, node) - 1)
  return (json.tape[node * 3 + 2]! & 7) === ESCAPED ? unescapeJson(source) : source
}

/** The members of an object in their order, duplicate keys included; nothing for other kinds. */
export function* membersOf(json: JsonText, node: number): Generator<{ key: string; keyNode: number; value: number }> {
  if (kindOf(json, node) !== 'object') return
  const end = nextOf(json, node)
  for (let at = node + 1; at < end; at = nextOf(json, at + 1)) yield { key: stringOf(json, at), keyNode: at, value: at + 1 }
}

/** The elements of an array; nothing for other kinds. */
export function* elementsOf(json: JsonText, node: number): Generator<number> {
  if (kindOf(json, node) !== 'array') return
  const end = nextOf(json, node)
  for (let at = node + 1; at < end; at = nextOf(json, at)) yield at
}

const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** Resolves JSON's escapes wherever they stand, and leaves alone what looks like one and isn't. */
export const unescapeJson = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g, (_whole, hex: string | undefined, sign: string | undefined) =>
    hex === undefined ? (ESCAPES[sign!] ?? sign!) : String.fromCharCode(Number.parseInt(hex, 16)),
  )

import { elementsOf, endOf, kindOf, membersOf, nextOf, ROOT, sourceOf, startOf, stringOf } from '#shared/model/json-text.ts'
import type { JsonKind, JsonText } from '#shared/model/json-text.ts'

/** A line of the JSON tree. */
export interface JsonRow {
  /** The value's place in the parsed text. */
  node: number
  /** Its name in an object or its number in an array; null for the whole. */
  name: string | null
  depth: number
  kind: JsonKind
  /** Values right inside it. */
  size: number
  isOpen: boolean
  /** JSON path: `$.items[0].sku`. */
  parent: number
}

/** Trees of more values than this open with only their first two levels. */
const ALL_OPEN = 400

/** Whether a value is open before anybody touched it. */
export function isOpenAtFirst(json: JsonText, depth: number): boolean {
  return json.nodes <= ALL_OPEN || depth < 2
}

/**
 * The lines that are in sight of a tree whose containers were toggled: a depth-first walk
 * without recursion, as JSON of 10,000 levels must not overflow the stack.
 */
export function jsonRows(json: JsonText, toggled: ReadonlySet<number>): JsonRow[] {
  const rows: JsonRow[] = []
  const open: Iterator<{ name: string; node: number }>[] = []
  const parents: number[] = []
  const visit = (node: number, name: string | null, parent: number) => {
    const kind = kindOf(json, node)
    const isContainer = kind === 'object' || kind === 'array'
    const isOpen = isContainer && isOpenAtFirst(json, open.length) !== toggled.has(node) && nextOf(json, node) > node + 1
    rows.push({ node, name, depth: open.length, kind, size: isContainer ? childCount(json, node) : 0, isOpen, parent })
    if (isOpen) {
      open.push(childrenOf(json, node))
      parents.push(rows.length - 1)
    }
  }
  visit(ROOT, null, -1)
  while (open.length > 0) {
    const next = open.at(-1)?.next()
    if (next === undefined || next.done === true) {
      open.pop()
      parents.pop()
    } else visit(next.value.node, next.value.name, parents.at(-1) ?? -1)
  }
  return rows
}

function* childrenOf(json: JsonText, node: number): Generator<{ name: string; node: number }> {
  if (kindOf(json, node) === 'object') {
    for (const member of membersOf(json, node)) yield { name: member.key, node: member.value }
  } else {
    let at = 0
    for (const element of elementsOf(json, node)) {
      yield { name: String(at), node: element }
      at += 1
    }
  }
}

function childCount(json: JsonText, node: number): number {
  const end = nextOf(json, node)
  const isObject = kindOf(json, node) === 'object'
  let count = 0
  for (let at = node + 1; at < end; at = nextOf(json, isObject ? at + 1 : at)) count += 1
  return count
}

/** The JSON path of a line: `$.items[0]["odd name"]`. */
export function pathOf(json: JsonText, rows: readonly JsonRow[], row: JsonRow): string {
  let path = ''
  let at: JsonRow | undefined = row
  while (at !== undefined && at.name !== null) {
    const parent: JsonRow | undefined = rows[at.parent]
    const isElement = parent !== undefined && kindOf(json, parent.node) === 'array'
    path = (isElement ? `[${at.name}]` : /^[A-Za-z_$][\w$]*$/.test(at.name) ? `.${at.name}` : `[${JSON.stringify(at.name)}]`) + path
    at = parent
  }
  return `$${path}`
}

/** The same for the query line: arrays match if an element does, so their numbers fall away. Null where a name does not fit there. */
export function queryPathOf(json: JsonText, rows: readonly JsonRow[], row: JsonRow): string | null {
  const names: string[] = []
  let at: JsonRow | undefined = row
  while (at !== undefined && at.name !== null) {
    const parent: JsonRow | undefined = rows[at.parent]
    if (parent === undefined || kindOf(json, parent.node) === 'object') {
      if (!/^[\w-]+$/.test(at.name) || at.name.startsWith('_')) return null
      names.unshift(at.name)
    }
    at = parent
  }
  return names.length === 0 ? null : names.join('.')
}

/** A value as it was sent; a string without its quotes and escapes. For the clipboard. */
export function valueText(json: JsonText, node: number): string {
  return kindOf(json, node) === 'string' ? stringOf(json, node) : sourceOf(json, node)
}

/** The start of a closed container on one line: `{ sku: "VASE", qty: 1, … }`, or its size where that says more. */
export function previewOf(json: JsonText, row: JsonRow, most = 44): string {
  const [left, right] = row.kind === 'object' ? ['{', '}'] : ['[', ']']
  if (row.size === 0) return `${left} ${right}`
  const parts: string[] = []
  let length = 0
  for (const child of childrenOf(json, row.node)) {
    const kind = kindOf(json, child.node)
    if (kind === 'object' || kind === 'array') return `${left} ${row.size} ${right}`
    const source = json.text.slice(startOf(json, child.node), Math.min(endOf(json, child.node), startOf(json, child.node) + most))
    const part = row.kind === 'object' ? `${child.name.slice(0, most)}: ${source}` : source
    if (length + part.length > most) {
      if (parts.length === 0) return `${left} ${row.size} ${right}`
      parts.push('…')
      break
    }
    parts.push(part)
    length += part.length + 2
  }
  return `${left} ${parts.join(', ')} ${right}`
}

/**
 * What other tools would round: an integer past 2⁵³, or more digits than a double holds.
 * It stands here digit for digit, and says so.
 */
export function exactness(source: string): string | null {
  if (/^-?\d+$/.test(source)) return source.length > 15 && !Number.isSafeInteger(Number(source)) ? 'past 2⁵³, exact' : null
  const digits = source.replace(/[eE].*$/, '').replace(/\D/g, '').replace(/^0+/, '')
  return digits.length > 17 ? `${digits.length} digits, exact` : null
}

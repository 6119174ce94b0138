import { useMemo, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { sourceOf } from '#shared/model/json-text.ts'
import type { JsonText } from '#shared/model/json-text.ts'
import { printable } from '#shared/model/printable.ts'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { exactness, jsonRows, pathOf, previewOf, queryPathOf, valueText } from './json-rows.ts'
import type { JsonRow } from './json-rows.ts'
import { quoted } from '../../parts/query-tokens.ts'

/** Characters of one string that a line shows; the text view has all of it. */
const LONGEST = 2_000

/** JSON as it was sent: order, duplicate names and every digit kept. */
export function JsonTree({ json, onFind }: { json: JsonText; onFind: (query: string) => void }) {
  const [toggled, setToggled] = useState<{ of: JsonText; nodes: ReadonlySet<number> }>({ of: json, nodes: new Set() })
  const [active, setActive] = useState<{ of: JsonText; node: number } | null>(null)
  const nodes = toggled.of === json ? toggled.nodes : NONE
  const rows = useMemo(() => jsonRows(json, nodes), [json, nodes])
  const at = active?.of === json ? rows.findIndex((row) => row.node === active.node) : -1
  const row = rows[at]

  const toggle = (row: JsonRow) => {
    if (row.size === 0) return
    const next = new Set(nodes)
    if (!next.delete(row.node)) next.add(row.node)
    setToggled({ of: json, nodes: next })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (row === undefined) return
    if (event.key === 'ArrowRight' && !row.isOpen && row.size > 0) toggle(row)
    else if (event.key === 'ArrowLeft' && row.isOpen) toggle(row)
    else if (event.key === 'ArrowLeft' && row.parent >= 0) setActive({ of: json, node: rows[row.parent]?.node ?? 0 })
    else return
    event.preventDefault()
  }
  const queryPath = row === undefined || row.size > 0 || row.kind === 'object' || row.kind === 'array' ? null : queryPathOf(json, rows, row)

  return (
    <>
      <VirtualList
        label="Decoded JSON"
        role="tree"
        className="records-tree mono"
        count={rows.length}
        rowHeight={20}
        active={at < 0 ? null : at}
        onActive={(index) => {
          const next = rows[index]
          if (next !== undefined) setActive({ of: json, node: next.node })
        }}
        onRowClick={(index, event) => {
          const next = rows[index]
          if (next !== undefined && (event.target as Element).closest('[data-twist]') !== null) toggle(next)
        }}
        onOpen={(index) => {
          const next = rows[index]
          if (next === undefined) return
          if (next.size > 0) toggle(next)
          else void copyText(valueText(json, next.node), 'Value')
        }}
        onKeyDown={onKeyDown}
        rowProps={(index) => {
          const row = rows[index]
          if (row === undefined) return {}
          return { 'aria-level': row.depth + 1, ...(row.size > 0 ? { 'aria-expanded': row.isOpen } : {}), style: { paddingLeft: 16 + Math.min(row.depth, 40) * 14 } }
        }}
        renderRow={(index) => {
          const row = rows[index]
          return row === undefined ? null : <Line json={json} row={row} />
        }}
      />
      {row !== undefined && (
        <div className="records-path">
          <span className="mono ellipsis">{printable(pathOf(json, rows, row))}</span>
          {queryPath !== null && (
            <Button variant="plain" onPress={() => onFind(`${queryPath}:${quoted(valueText(json, row.node))}`)}>
              Find
            </Button>
          )}
          <Button variant="plain" onPress={() => void copyText(pathOf(json, rows, row), 'Path')}>
            Copy path
          </Button>
          <Button variant="plain" onPress={() => void copyText(valueText(json, row.node), 'Value')}>
            Copy value
          </Button>
        </div>
      )}
    </>
  )
}

const NONE: ReadonlySet<number> = new Set()

function Line({ json, row }: { json: JsonText; row: JsonRow }) {
  return (
    <>
      {row.size > 0 && <span data-twist="" className={row.isOpen ? 'records-twist records-twist-open' : 'records-twist'} />}
      {row.name !== null && (
        <>
          <span className="records-json-key">{printable(row.name)}</span>
          <span className="records-json-sign">: </span>
        </>
      )}
      <Value json={json} row={row} />
    </>
  )
}

function Value({ json, row }: { json: JsonText; row: JsonRow }) {
  switch (row.kind) {
    case 'object':
    case 'array':
      if (!row.isOpen) return <span className="records-json-sign">{printable(previewOf(json, row))}</span>
      return <span className="records-json-sign">{row.kind === 'object' ? '{' : `[ ${row.size}`}</span>
    case 'string': {
      const source = sourceOf(json, row.node)
      return (
        <span className="records-json-string">
          {printable(source.slice(0, LONGEST))}
          {source.length > LONGEST && '…'}
        </span>
      )
    }
    case 'number': {
      const source = sourceOf(json, row.node)
      const flag = exactness(source)
      return (
        <>
          <span className="records-json-number">{source.slice(0, LONGEST)}</span>
          {flag !== null && <span className="records-json-flag">{flag}</span>}
        </>
      )
    }
    default:
      return <span className="records-json-literal">{row.kind}</span>
  }
}

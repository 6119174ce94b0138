import { useState } from 'react'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { linesRole } from './aria.ts'
import { hexLine, hexLines, offsetDigits } from './hex-layout.ts'

/** Bytes as offset, hex and ASCII. */
export function HexView({ bytes }: { bytes: Uint8Array }) {
  const [active, setActive] = useState<number | null>(null)
  const digits = offsetDigits(bytes.length)
  return (
    <VirtualList
      label="Bytes in hexadecimal"
      role={linesRole}
      className="records-hex mono"
      count={hexLines(bytes.length)}
      rowHeight={20}
      active={active}
      onActive={setActive}
      renderRow={(index) => {
        const line = hexLine(bytes, index, digits)
        return (
          <>
            <span className="records-hex-offset">{line.offset}</span>
            <span className="records-hex-bytes">{line.hex}</span>
            <span className="records-hex-ascii">{line.ascii}</span>
          </>
        )
      }}
    />
  )
}

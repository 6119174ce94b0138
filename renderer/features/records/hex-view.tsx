import { useLayoutEffect, useRef, useState } from 'react'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { linesRole } from './aria.ts'
import { hexLine, hexLines, offsetDigits } from './hex-layout.ts'
import type { HexWidth } from './hex-layout.ts'

/** Sixteen bytes a line and their characters need this much room, in px. */
const WIDE = 520

/** Bytes as offset, hex and ASCII. */
export function HexView({ bytes }: { bytes: Uint8Array }) {
  const [active, setActive] = useState<number | null>(null)
  const [width, setWidth] = useState<HexWidth>(8)
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const measure = () => setWidth(element.clientWidth >= WIDE ? 16 : 8)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const digits = offsetDigits(bytes.length)
  return (
    <div className="records-hex" ref={place}>
      <VirtualList
        label="Bytes in hexadecimal"
        role={linesRole}
        className="mono"
        count={hexLines(bytes.length, width)}
        rowHeight={20}
        active={active}
        onActive={setActive}
        renderRow={(index) => {
          const line = hexLine(bytes, index, digits, width)
          return (
            <>
              <span className="records-hex-offset">{line.offset}</span>
              <span className="records-hex-bytes">{line.hex}</span>
              <span className="records-hex-ascii">{line.ascii}</span>
            </>
          )
        }}
      />
    </div>
  )
}

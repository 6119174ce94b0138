/**
 * The shard map in miniature: y is the hash range, x is time, a shard splits half way, readers stand on the bars.
 * Decoration; what it promises is said in words beside it.
 */
export function SandboxDrawing() {
  const width = 487
  const left = 16
  const right = width - 2
  const split = 200
  const bars = [
    { from: left, to: right, y: 18, heat: (at: number) => 1.2 + 1.6 * Math.sin(at * 5) },
    { from: left, to: split - 13, y: 84, heat: (at: number) => 2 + 2.4 * at },
    { from: split + 13, to: right, y: 64, heat: (at: number) => 2.4 + 1.2 * Math.sin(at * 4) },
    { from: split + 13, to: right, y: 104, heat: (at: number) => 1 + 1.2 * at },
    { from: left, to: right, y: 146, heat: (at: number) => 0.6 + 1.5 * Math.sin(at * 3) },
    { from: left, to: right, y: 196, heat: (at: number) => 2 - 1.4 * Math.cos(at * 6) },
  ]
  const random = generator(17)
  return (
    <svg className="door-drawing" viewBox="0 0 487 232" preserveAspectRatio="xMinYMin meet" aria-hidden="true" focusable="false">
      {[[0, 52, 1], [52, 132, 6], [132, 176, 10], [176, 232, 13]].map(([from = 0, to = 0, step = 0]) => (
        <rect key={from} x="0" y={from + 0.5} width="6" height={to - from - 1} fill={`var(--shard-${step})`} />
      ))}
      {[0, 52, 132, 176, 232].map((y) => <line key={y} x1="8" x2={width} y1={Math.min(231.5, y + 0.5)} y2={Math.min(231.5, y + 0.5)} stroke="var(--line)" />)}
      {bars.map(({ from, to, y, heat }) => (
        <g key={`${from} ${y}`} clipPath={`url(#door-bar-${from}-${y})`}>
          <clipPath id={`door-bar-${from}-${y}`}><rect x={from} y={y} width={to - from} height="16" rx="2" /></clipPath>
          {cells(from, to).map((x) => (
            <rect key={x} x={x} y={y} width="8.4" height="16" shapeRendering="crispEdges" fill={`var(--heat-${step(heat((x - from) / (to - from)) + 0.9 * random())})`} />
          ))}
        </g>
      ))}
      <line x1={split} x2={split} y1="52" y2="132" stroke="var(--text-3)" strokeDasharray="2 3" />
      <line x1={split + 1} x2={width} y1="92.5" y2="92.5" stroke="var(--line)" />
      <Ribbon from={[84, 92]} to={[64, 80]} left={split - 13} right={split + 13} />
      <Ribbon from={[92, 100]} to={[104, 120]} left={split - 13} right={split + 13} />
      <g strokeWidth="2" stroke="var(--accent)" fill="var(--bg)">
        <line x1="344" x2="344" y1="60" y2="84" stroke="var(--bg)" strokeWidth="5" />
        <line x1="344" x2="344" y1="60" y2="84" />
        <circle cx="344" cy="91" r="7" />
        <circle cx="344" cy="91" r="2.5" fill="var(--accent)" stroke="none" />
      </g>
      <line x1={right} x2={right} y1="0" y2="232" stroke="var(--text)" />
      {[[120, 18], [112, 146], [126, 196]].map(([x = 0, y = 0]) => (
        <g key={y} stroke="var(--text)" strokeWidth="1.5">
          <line x1={x} x2={x} y1={y - 8} y2={y + 16} />
          <circle cx={x} cy={y - 8} r="5.5" fill="var(--bg)" />
          <circle cx={x} cy={y - 8} r="2" fill="var(--text)" stroke="none" />
        </g>
      ))}
    </svg>
  )
}

function Ribbon({ from: [a, b], to: [c, d], left, right }: { from: [number, number]; to: [number, number]; left: number; right: number }) {
  const middle = (left + right) / 2
  return <path d={`M${left} ${a}C${middle} ${a} ${middle} ${c} ${right} ${c}V${d}C${middle} ${d} ${middle} ${b} ${left} ${b}Z`} fill="var(--line-strong)" />
}

const step = (heat: number): number => Math.max(0, Math.min(5, Math.floor(heat)))

function cells(from: number, to: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / 8) }, (_, at) => from + at * 8)
}

/** Always the same drawing: Lehmer's generator from a seed. */
function generator(seed: number): () => number {
  let state = seed
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
}

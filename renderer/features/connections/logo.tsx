export function Logo() {
  return (
    <svg className="start-logo" viewBox="0 0 40 40" fill="none" strokeWidth="3" aria-hidden="true" focusable="false">
      <rect x="1" y="5" width="38" height="30" rx="8" stroke="var(--text)" strokeWidth="2" />
      <path d="M8 14h12M8 26h8" stroke="var(--text)" />
      <path d="M8 20h9c4 0 4-6 8-6h7M8 20h9c4 0 4 6 8 6h7" stroke="var(--accent)" />
    </svg>
  )
}

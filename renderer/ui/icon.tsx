import type { ReactNode } from 'react'
import './icon.css'

/** Drawings on a 16 × 16 grid, stroked with the text's colour; `twist` is filled. */
const drawings = {
  back: <path d="M10 3 5 8l5 5" />,
  forward: <path d="m6 3 5 5-5 5" />,
  search: <><circle cx="7" cy="7" r="4" /><path d="m10 10 3.5 3.5" /></>,
  lock: <><rect x="3.5" y="7" width="9" height="6.5" rx="1" /><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" /></>,
  down: <path d="m4 6 4 4 4-4" />,
  up: <path d="m4 10 4-4 4 4" />,
  pause: <path d="M6 4v8M10 4v8" />,
  play: <path d="M5 3.5v9l7-4.5z" />,
  stop: <rect x="4" y="4" width="8" height="8" rx="1" />,
  copy: <><rect x="5.5" y="5.5" width="8" height="8" rx="1" /><path d="M10.5 5.5v-3h-8v8h3" /></>,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  plus: <path d="M8 3v10M3 8h10" />,
  step: <path d="M4 3.5v9l6-4.5zM12.5 3.5v9" />,
  warn: <path d="M8 2.5 14 13H2zM8 6.5v3M8 11.4v.1" />,
  key: <><circle cx="5" cy="8" r="2.5" /><path d="M7.5 8H14v2.5M11.5 8v2" /></>,
  arrow: <path d="M3 8h10M9 4l4 4-4 4" />,
  check: <path d="m3 8.5 3.5 3.5L13 4.5" />,
  refresh: <path d="M13 8a5 5 0 1 1-1.5-3.5M13 2v3h-3" />,
  file: <path d="M4 2h5l3 3v9H4zM9 2v3h3" />,
  folder: <path d="M2 4h4l1.5 2H14v7H2z" />,
  iterator: <><path d="M8 2v7" /><circle cx="8" cy="11.5" r="2.5" /></>,
  dots: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2" />,
  keyboard: <><rect x="1.5" y="4" width="13" height="8" rx="1" /><path d="M4 6.5h.01M6.5 6.5h.01M9 6.5h.01M11.5 6.5h.01M5 9.5h6" /></>,
  enter: <path d="M13 4v5H4M6.5 6 3.5 9l3 3" />,
  trash: <path d="M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9" />,
  save: <path d="M8 2.5v7.5M5 7l3 3 3-3M3 13.5h10" />,
  clock: <><circle cx="8" cy="8" r="5.5" /><path d="M8 5v3.2l2 1.3" /></>,
  info: <><circle cx="8" cy="8" r="5.5" /><path d="M8 7.5v3.2M8 5.2v.1" /></>,
  stream: <path d="M2 4.5h12M2 8h5c2 0 2-2 4-2h3M2 8h5c2 0 2 3.5 4 3.5h3" />,
  command: <path d="M5.5 5.5h5v5h-5zM5.5 5.5v-1.5A1.5 1.5 0 1 0 4 5.5h1.5zM10.5 5.5V4A1.5 1.5 0 1 1 12 5.5h-1.5zM5.5 10.5V12A1.5 1.5 0 1 1 4 10.5h1.5zM10.5 10.5V12A1.5 1.5 0 1 0 12 10.5h-1.5z" />,
  theme: <><circle cx="8" cy="8" r="5" /><path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor" /></>,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof drawings

/** Decoration: the words beside it, or the control's name, carry the meaning. */
export function Icon({ name, size = 16, className = '' }: { name: IconName; size?: 16 | 14 | 13 | 12; className?: string }) {
  return (
    <svg className={`ui-icon ui-icon-${size} ${className}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {drawings[name]}
    </svg>
  )
}

/** The triangle before a branch of a tree. */
export function Twist({ open }: { open: boolean }) {
  return (
    <svg className="ui-twist" viewBox="0 0 8 8" aria-hidden="true" focusable="false">
      <path d={open ? 'M1 2h6L4 6z' : 'M2 1v6l4-3z'} />
    </svg>
  )
}

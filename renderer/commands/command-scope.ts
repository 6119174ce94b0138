import { createContext } from 'react'

/** False below a place that is kept but not in front: its commands and keys rest. */
export const CommandScope = createContext(true)

/** A thing that a person can do: palette, keys and cheat sheet all come from this. */
export interface Command {
  /** Stable name: "capture.keep". */
  id: string
  /** What it does, as the palette says it: "Keep this capture". */
  title: string
  /** The key or keys that do it, as `mod+shift+k`, `/`, `j`, `space`; the first one is shown. */
  key?: string | readonly string[] | undefined
  run: () => void
  /** Whether it can be done now; without it always. */
  when?: (() => boolean) | undefined
  /** Where the cheat sheet puts it: "Records", "Everywhere". */
  group?: string | undefined
  /** Works while a text field has the focus even without a modifier. */
  inFields?: boolean | undefined
  /** Not in the palette: only its key makes sense, as "next record". */
  keyOnly?: boolean | undefined
}

let all: readonly Command[] = []
const listeners = new Set<() => void>()

function change(next: readonly Command[]): void {
  all = next
  for (const listener of listeners) listener()
}

/** Adds a command until the returned function is called. Of two with one key the later one wins: the inner place. */
export function register(command: Command): () => void {
  change([...all, command])
  return () => change(all.filter((other) => other !== command))
}

export function registered(): readonly Command[] {
  return all
}

export function watchRegistry(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function keysOf(command: Command): readonly string[] {
  return command.key === undefined ? [] : typeof command.key === 'string' ? [command.key] : command.key
}

export function isOn(command: Command): boolean {
  return command.when?.() ?? true
}

/** Small things about the look that outlive the page; a browser that keeps nothing is no error. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`kinescope.${name}`)
  } catch {
    return null
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`kinescope.${name}`, value)
  } catch {
    // Storage is full or switched off: it holds until the page is closed.
  }
}

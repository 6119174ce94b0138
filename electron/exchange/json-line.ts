/**
 * Control characters (C0, DEL, C1), line and paragraph separators, the characters with
 * Unicode's property Bidi_Control, and the byte order mark: a terminal would obey some of
 * them, a line reader break at others. `JSON.stringify` leaves only those of C0 out.
 */
const unsafe = new RegExp('[\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]', 'g')
/** The two-letter escapes that `JSON.stringify` writes for C0; a pair of backslashes before them is skipped. */
const shortEscape = /\\(?:\\|([bfnrt]))/g
const shortCodes: Record<string, string> = { b: '0008', t: '0009', n: '000a', f: '000c', r: '000d' }

/**
 * A value as one line of JSON, without its newline. Every control, separator and bidi
 * character is written as a `\u` escape, so that hostile text is inert wherever it is shown;
 * parsed, it is the same value.
 */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value)
  return (json.includes('\\') ? json.replace(shortEscape, longEscape) : json).replace(
    unsafe,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function longEscape(whole: string, letter: string | undefined): string {
  return letter === undefined ? whole : `\\u${shortCodes[letter]}`
}

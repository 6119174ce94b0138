/**
 * Characters that a terminal, a log or a text cell would act on instead of showing: the C0 and C1
 * controls (tab and newline stay), the line separators that JavaScript and some parsers break lines
 * at, and the bidirectional controls of Unicode's UAX #9, which can reorder what a person reads.
 */
const acting = /[^\P{Cc}\t\n]|[\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

/**
 * Foreign text, safe to print: each such character as a `\uXXXX` escape, all others as they are.
 * JSON text stays the same JSON value, because these characters stand in it only within strings
 * (a carriage return between tokens is the exception: normalise line ends first).
 */
export const printable = (text: string): string =>
  text.replace(acting, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

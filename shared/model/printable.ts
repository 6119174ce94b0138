const UNSAFE = /[\p{Bidi_Control}\p{Zl}\p{Zp}]|(?![\t\n])\p{Cc}/gu

/**
 * Makes hostile text safe to show in a terminal, a cell or a message: control characters other than tab and
 * newline, line and paragraph separators and bidirectional controls (which can reorder what is shown) become
 * `\u` escapes. The bidi controls are those of Unicode's property Bidi_Control.
 */
export const printable = (text: string): string =>
  text.replace(UNSAFE, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

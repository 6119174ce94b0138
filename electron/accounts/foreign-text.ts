import { printable } from '#shared/model/printable.ts'

const LONGEST = 300
const KEY_ID = /\b(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[A-Z0-9]{8,}\b/g
const NAMED = /((?:secret|token|password|authorization|signature|credential|x-amz-)[\w-]*["']?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s,;&"']+)/gi
const LONG_RUN = /[A-Za-z0-9/+=_-]{32,}/g

/** Secret keys (40 characters) and tokens are long runs of mixed case with digits; names and ARNs rarely are. */
const looksSecret = (run: string): boolean => /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)

/**
 * Text of somebody else (AWS, a proxy, a helper program) as it may stand in one of our sentences: on one
 * line, printable, at most 300 characters, and without what looks like a credential. A last line of
 * defence: where a source is known to repeat secrets, its text is not used at all.
 */
export const foreignText = (text: string): string => {
  const oneLine = text.replaceAll(/\s+/g, ' ').trim()
  const clean = printable(
    oneLine
      .replaceAll(NAMED, '$1…')
      .replaceAll(KEY_ID, '…')
      .replaceAll(LONG_RUN, (run) => (looksSecret(run) ? '…' : run)),
  )
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}…` : clean
}

/** The same as a sentence of its own: with a full stop, or nothing where there is no text. */
export const foreignSentence = (text: string): string => {
  const clean = foreignText(text)
  return clean === '' || /[.!?…]$/.test(clean) ? clean : `${clean}.`
}

/** A line of ~/.aws that the AWS tools would stumble over or skip. */
export interface BadLine {
  /** Counted from 1. */
  line: number
  /** A sentence. It quotes section headers only: a setting without its "=" may be a secret key. */
  problem: string
}

const SECTION = /^\[\s*[^\][]+\s*\]$/
const KINDS = /^(?:default|profile\s+\S.*|sso-session\s+\S.*|services\s+\S.*|plugins|preview)$/

/** Lines without a meaning. `needsPrefix`: in the config file, where a profile's section is `[profile NAME]`. */
export const badLines = (text: string, needsPrefix: boolean): BadLine[] => {
  const found: BadLine[] = []
  text.split(/\r?\n/).forEach((raw, at) => {
    const line = raw.replace(/(?:^|\s)[;#].*/, '').trim()
    const add = (problem: string) => found.push({ line: at + 1, problem })
    if (line === '') return
    if (line.startsWith('[')) {
      const name = line.slice(1, -1).trim()
      if (!SECTION.test(line)) add(`The section "${line.slice(0, 60)}" has no end or no name, so what follows it counts to the section before.`)
      else if (name.includes('__proto__')) add('A section has a name that the SDK refuses, and the whole file with it.')
      else if (needsPrefix && !KINDS.test(name)) add(`In this file the section has to be called [profile ${name.slice(0, 60)}].`)
    } else if (line.indexOf('=') < 1) add('A line is neither a section nor a setting.')
  })
  return found
}

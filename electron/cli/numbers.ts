import { printable } from '#shared/model/printable.ts'
import { usageError } from './command-line.ts'
import type { CommandName } from './usage.ts'

/** A whole number of at least 1; null where the option was not given. Throws `invalid-argument`. */
export function countOption(text: string | undefined, option: string, command: CommandName): number | null {
  if (text === undefined) return null
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value) && value > 0) return value
  throw usageError(`--${option} ${printable(text)} is not a whole number above 0.`, command)
}

/** A number above 0; null where the option was not given. Throws `invalid-argument`. */
export function positiveOption(text: string | undefined, option: string, command: CommandName): number | null {
  if (text === undefined) return null
  const value = /^(\d+(\.\d+)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN
  if (Number.isFinite(value) && value > 0) return value
  throw usageError(`--${option} ${printable(text)} is not a number above 0.`, command)
}

/** One of a few words. Throws `invalid-argument`. */
export function choiceOption<T extends string>(text: string, choices: readonly T[], option: string, command: CommandName): T {
  const found = choices.find((choice) => choice === text)
  if (found !== undefined) return found
  throw usageError(`--${option} ${printable(text)} is neither of ${choices.join(' and ')}.`, command)
}

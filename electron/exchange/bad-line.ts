import { KinescopeError } from '#shared/model/error.ts'

/** Why a line of an import can't be read. The import ends there and leaves nothing behind. */
export function badLine(number: number, why: string, action = 'Mend or remove the line, then import again; nothing was imported.'): KinescopeError {
  return new KinescopeError('invalid-argument', `Line ${number} can't be imported: ${why}.`, { action })
}

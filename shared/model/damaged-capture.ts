import { KinescopeError } from './error.ts'

/** What to do about a damaged capture, wherever it shows. */
export const salvageAction = 'Salvage what can be read of it into a new capture: kinescope salvage FILE --out NEW. The file itself stays as it is.'

/** A capture that can't be read as it should; `message` says what is wrong with it. */
export function damagedCapture(message: string, cause?: unknown): KinescopeError {
  return new KinescopeError('damaged-capture', message, { action: salvageAction, cause })
}

import { oc } from '@orpc/contract'
import { Failure } from '../model/error.ts'

/**
 * Every procedure may fail with one typed error that carries a `Failure` as data;
 * what to do about it, and whether to try again, is in there and not in a status.
 */
export const procedure = oc.errors({ FAILED: { status: 500, data: Failure } })

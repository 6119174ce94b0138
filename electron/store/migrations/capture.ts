import type { Schema } from '../migrate.ts'
import { capture0001 } from './capture-0001.ts'
import { capture0002 } from './capture-0002.ts'

/** A capture file: application id "KnSc". */
export const captureSchema: Schema = { applicationId: 0x4b6e_5363, migrations: [capture0001, capture0002] }

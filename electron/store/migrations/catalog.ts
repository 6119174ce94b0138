import type { Schema } from '../migrate.ts'
import { catalog0001 } from './catalog-0001.ts'
import { catalog0002 } from './catalog-0002.ts'
import { catalog0003 } from './catalog-0003.ts'

/** The catalog: application id "KnCt". */
export const catalogSchema: Schema = { applicationId: 0x4b6e_4374, migrations: [catalog0001, catalog0002, catalog0003] }

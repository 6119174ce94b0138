// `npm run build`: builds into `out`, unless it holds a build of these very sources.
import { preflight } from './preflight.mjs'

preflight()
import('./ensure-built.mjs').then(
  (module) => module.ensureBuilt(),
).catch((error) => {
  console.error(error.message)
  process.exit(1)
})

// `npm start`: the desktop where it can run, else the browser host, with a line that says why.
// Everything newer than the preflight is imported after it.
import { preflight } from './preflight.mjs'

preflight()
import('./start-console.mjs').then(
  (module) => module.startConsole(process.argv.slice(2)),
).catch((error) => {
  console.error(error.message)
  process.exit(1)
})

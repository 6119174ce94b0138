// `npm run -s kinescope -- …`: builds first if needed, then runs the command in this very process,
// so that signals and exit codes are its own.
import { preflight } from './preflight.mjs'

preflight()
import('./run-command.mjs').then(
  (module) => module.runCommand(process.argv.slice(2)),
).catch((error) => {
  console.error(error.message)
  process.exit(1)
})

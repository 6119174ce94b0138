// `npm run soak -- --seed-from A --seed-to B` for schedules of faults, `-- --kills N [--seed S]` for kills.
function option(name) {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? null : Number(process.argv[at + 1])
}

const kills = option('kills')
const from = option('seed-from')
if (kills === null && from === null) {
  console.error('npm run soak -- --seed-from A --seed-to B     schedules of faults\nnpm run soak -- --kills N [--seed S]          kills of captures')
  process.exit(2)
}
if (from !== null) {
  const { soakSchedules } = await import('./schedules.mjs')
  const failed = await soakSchedules({ from, to: option('seed-to') ?? from })
  if (failed.length > 0) process.exitCode = 1
}
if (kills !== null) {
  const { soakKills } = await import('./kills.mjs')
  await soakKills({ kills, seed: option('seed') ?? 1 })
}

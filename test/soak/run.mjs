// `npm run soak -- --seed-from A --seed-to B` for schedules of faults, `-- --kills N [--seed S]` for kills, `-- --damage N [--seed S]` for damaged files.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

function option(name) {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? null : Number(process.argv[at + 1])
}

const kills = option('kills')
const damage = option('damage')
const from = option('seed-from')
if (kills === null && damage === null && from === null) {
  console.error(
    'npm run soak -- --seed-from A --seed-to B     schedules of faults\nnpm run soak -- --kills N [--seed S]          kills of captures\nnpm run soak -- --damage N [--seed S]         damaged captures',
  )
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
if (damage !== null) {
  const script = fileURLToPath(new URL('damage-captures.ts', import.meta.url))
  const { status } = spawnSync(process.execPath, [script, String(damage), String(option('seed') ?? 1)], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

// `npm run soak -- --kills N [--seed S]`: kills captures N times, and tells what was hit and how fast they resumed.
import { killCaptures } from './kill-captures.ts'

/**
 * @param {{ kills: number, seed?: number }} options
 * @returns {Promise<void>} Rejects with what was lost, doubled or damaged, and the seed.
 */
export async function soakKills({ kills, seed = 1 }) {
  const started = performance.now()
  const onKill = ({ kill, aim, records }) => {
    if (kill % 50 === 0) console.log(`${kill} kills in ${((performance.now() - started) / 1000).toFixed(0)} s; the last at ${aim.aim}, with ${records} records in the file`)
  }
  const { hits, files, records, resumed } = await killCaptures({ kills, seed, onKill })
  console.log(`${kills} kills (${Object.entries(hits).map(([aim, count]) => `${aim} ${count}`).join(', ')}) in ${files} files with ${records} records:`)
  console.log(`0 lost, 0 doubled, every file whole; resumed in ${resumed.median.toFixed(0)} ms (median), ${resumed.worst.toFixed(0)} ms (worst)`)
}

function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}

if (import.meta.main) await soakKills({ kills: option('kills', 1000), seed: option('seed', 1) })

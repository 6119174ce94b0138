// `npm run bench [-- NAME …] [--json]`: runs the benchmarks whose file names contain a NAME, one after the other, each in a
// process of its own, and prints a table, or with --json one object a line: {name, value, unit, baseline, ratio}.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const here = import.meta.dirname
const [asJson, names] = [process.argv.includes('--json'), process.argv.slice(2).filter((argument) => !argument.startsWith('--'))]
const child = process.env['KINESCOPE_BENCH_FILE']

if (child !== undefined) {
  const { run } = await import(pathToFileURL(child).href)
  for (const result of await run()) console.log(JSON.stringify(result))
  process.exit(0)
}

const files = readdirSync(here).filter((file) => file.endsWith('.bench.ts') && (names.length === 0 || names.some((name) => file.includes(name))))
if (files.length === 0) {
  console.error(`There is no benchmark called ${names.join(' or ')}.`)
  process.exit(2)
}
let failed = false
const number = (value) => (value === null ? '' : value.toLocaleString('en', { maximumSignificantDigits: 4 }))
if (!asJson) console.log(['benchmark'.padEnd(64), 'value'.padStart(12), 'unit'.padEnd(12), 'baseline'.padStart(12), 'ratio'.padStart(8)].join('  '))
for (const file of files) {
  const env = { ...process.env, KINESCOPE_BENCH_FILE: join(here, file) }
  const { status, stdout } = spawnSync(process.execPath, [join(here, 'run.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 26 })
  failed ||= status !== 0
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
    if (asJson) {
      console.log(line)
      continue
    }
    const { name, value, unit, baseline, ratio } = JSON.parse(line)
    console.log([name.padEnd(64), number(value).padStart(12), unit.padEnd(12), number(baseline).padStart(12), number(ratio).padStart(8)].join('  '))
  }
}
process.exit(failed ? 1 : 0)

// `npm test`: every stage in order, the cheapest first. Stops at the first that fails, says which, and closes with
// one line that sums up all tests: "N passed, N failed".
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'kinescope-test-'))
const bin = (name) => join('node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)
const totals = { passed: 0, failed: 0, skipped: 0 }

/** Runs a command in full view; true when it ended with 0. */
function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32', env: { ...process.env, ...env } })
  if (error) console.error(error.message)
  return status === 0
}

/** A check without tests of its own counts as one. */
function check(command, args) {
  const isGood = run(command, args)
  totals[isGood ? 'passed' : 'failed']++
  return isGood
}

function vitest(project) {
  const report = join(folder, `${project}.json`)
  const isGood = run(bin('vitest'), ['run', '--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = read(report)
  return count(isGood, numPassedTests, numFailedTests, numPendingTests + numTodoTests)
}

function playwright(...filter) {
  const report = join(folder, `playwright-${filter.length}-${Math.trunc(performance.now())}.json`)
  const isGood = run(bin('playwright'), ['test', ...filter, '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_FILE: report })
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = read(report).stats ?? {}
  return count(isGood, expected + flaky, unexpected, skipped)
}

/** A runner that failed without a failed test (it crashed, or found none) counts as one failure. */
function count(isGood, passed, failed, skipped) {
  totals.passed += passed
  totals.failed += failed === 0 && !isGood ? 1 : failed
  totals.skipped += skipped
  return isGood
}

function read(report) {
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}
}

/** Chromium for the journeys: what is there, else Debian's package, else Playwright's own. */
async function browser() {
  const { chromiumPath } = await import('./chromium.ts')
  if (chromiumPath() !== null) return true
  const isDebian = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  console.log('No Chromium was found: installing one…')
  if (isDebian && run('apt-get', ['update', '-qq'])) run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])
  if (chromiumPath() === null) run(bin('playwright'), ['install', 'chromium'])
  if (chromiumPath() !== null) return true
  console.error('No Chromium could be installed. Install one ("npx playwright install chromium") and try again.')
  totals.failed++
  return false
}

/** Name → what it runs. DESKTOP_RUNTIME chooses among the desktop's runtimes: see playwright.config.ts. */
const stages = {
  types: () => check(bin('tsc'), ['--build']),
  lint: () => check(bin('oxlint'), ['--type-aware', '--deny-warnings']),
  'import rules': () => check(process.execPath, ['test/import-rules.mjs']),
  unit: () => vitest('unit'),
  build: () => check(process.execPath, ['electron/launch/build.mjs']),
  contract: () => vitest('contract'),
  integration: () => vitest('integration'),
  browser,
  'journeys in the browser': () => playwright('--project=e2e'),
  'journeys on the desktop': () => playwright('--project=desktop*'),
}

let stopped = null
for (const [name, stage] of Object.entries(stages)) {
  const started = performance.now()
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}`)
  const isGood = await stage()
  console.log(`── ${name}: ${isGood ? 'good' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  if (!isGood) {
    stopped = name
    break
  }
}
rmSync(folder, { recursive: true, force: true })
if (stopped !== null) console.error(`\nStopped: the stage "${stopped}" failed.`)
if (totals.skipped > 0) console.log(`\n${totals.skipped} skipped: they name what they lack.`)
console.log(`\n${totals.passed} passed, ${totals.failed} failed`)
process.exit(stopped === null ? 0 : 1)

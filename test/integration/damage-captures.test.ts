import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const script = fileURLToPath(new URL('../soak/damage-captures.ts', import.meta.url))

it('whatever befalls a capture, it is read, verified, continued and salvaged rightly or refused with a sentence, and is left as it is', { timeout: 180_000 }, async () => {
  // In a process of its own, which may not crash, and is ended where it hangs.
  const child = spawn(process.execPath, [script, '60', '1'], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 170_000 })
  const [stdout, stderr, [status, signal]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  expect({ stderr, status, signal }).toEqual({ stderr: '', status: 0, signal: null })
  const counts = JSON.parse(stdout) as Record<string, number>
  console.log(`60 damaged captures: ${Object.entries(counts).filter(([what]) => /^(verify|salvage|continue)/.test(what)).map(([what, count]) => `${what} ${count}`).join(', ')}`)
  for (const what of ['open: done', 'open: damaged-capture', 'rows: damaged-capture', 'verify: damaged', 'salvage: done', 'continue: damaged-capture', 'append: done']) {
    expect(counts[what], what).toBeGreaterThan(0)
  }
})

import { createCannedStream } from './canned.ts'
import { serveModel } from './http-face.ts'
import { createModel } from './model.ts'
import type { StartModelOptions } from './start-model.ts'

/** A model behind HTTP in a process of its own: options as JSON in the first argument, a line with its endpoint on stdout. */
const { streams = [], canned = null, hasLimits = true, controlDelay = 0, shardsPerPage = 1000 } = JSON.parse(process.argv[2] ?? '{}') as StartModelOptions
const model = createModel({ now: Date.now, random: Math.random, hasLimits, controlDelay, shardsPerPage })
for (const { name, shards } of streams) model.createStream(name, shards)
const { endpoint } = await serveModel({ model, canned: canned === null ? null : createCannedStream(canned) })
process.stdout.write(`${JSON.stringify({ endpoint })}\n`)
// It ends with the one who started it.
process.stdin.on('end', () => process.exit(0)).resume()

// Runs dependency-cruiser over the source and fails as well when it cruised nothing:
// without a TypeScript parser it passes having read 0 modules.
import { createRequire } from 'node:module'
import { cruise } from 'dependency-cruiser'

const require = createRequire(import.meta.url)
const { forbidden, options } = require('../.dependency-cruiser.cjs')

const { output } = await cruise(['electron', 'renderer', 'shared'], { ...options, ruleSet: { forbidden }, validate: true })
const { totalCruised, violations } = output.summary
const own = output.modules.filter((module) => /\.(ts|tsx)$/.test(module.source) && !module.source.startsWith('node_modules')).length
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} → ${to}`)
if (own < 20) console.error(`import rules: only ${own} modules were read: is @swc/core installed?`)
if (violations.length > 0 || own < 20) process.exit(1)
console.log(`import rules: ${own} modules, ${totalCruised} cruised, no violation`)

import { defineConfig } from 'vitest/config'

const project = (name: string, extra: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.{ts,tsx}`], testTimeout: 20_000, hookTimeout: 60_000, ...extra },
})

// Worker threads of ours (.ts, run by Node itself) are started from tests: forks keep them apart.
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [project('unit'), project('contract'), project('integration', { testTimeout: 90_000 })],
  },
})

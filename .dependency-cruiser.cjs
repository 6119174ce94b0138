// The import rules of docs/architecture.md: down only, not sideways within a row.
const row = {
  hosts: '^electron/(desktop|browser|cli)/',
  backend: '^electron/backend/',
  doings: '^electron/(search|replay|sandbox|exchange)/',
  capture: '^electron/capture/',
  query: '^electron/query/',
  base: '^electron/(accounts|kinesis|decode|store)/',
  shared: '^shared/',
}
const order = ['shared', 'base', 'query', 'capture', 'doings', 'backend', 'hosts']
const sideways = (folders) =>
  folders.map((folder) => ({
    name: `${folder}-not-sideways`,
    severity: 'error',
    from: { path: `^electron/${folder}/` },
    to: { path: `^electron/(${folders.filter((other) => other !== folder).join('|')})/` },
  }))

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(\\?|electron$)' } },
    ...order.map((name, at) => ({
      name: `${name}-imports-down-only`,
      severity: 'error',
      from: { path: row[name] },
      to: { path: order.slice(at + 1).map((above) => row[above]).join('|') || '^$' },
    })),
    ...sideways(['desktop', 'browser', 'cli']),
    ...sideways(['search', 'replay', 'sandbox', 'exchange']),
    ...sideways(['accounts', 'kinesis', 'decode', 'store']),
    { name: 'shared-imports-only-zod-and-contract', severity: 'error', from: { path: '^shared/' }, to: { pathNot: '^(shared/|node_modules/(zod|@orpc/contract)/)' } },
    { name: 'electron-only-in-desktop', severity: 'error', from: { path: '^(electron|renderer|shared)/', pathNot: '^electron/desktop/' }, to: { path: '^(node_modules/electron/|electron$)' } },
    { name: 'sqlite-only-in-store', severity: 'error', from: { path: '^(electron|renderer|shared)/', pathNot: '^electron/store/' }, to: { path: 'better-sqlite3' } },
    { name: 'credentials-only-in-accounts', severity: 'error', from: { path: '^(electron|renderer|shared)/', pathNot: '^electron/accounts/' }, to: { path: '@aws-sdk/(credential-providers|client-sts)|shared-ini-file-loader' } },
    { name: 'renderer-and-electron-apart', severity: 'error', from: { path: '^renderer/' }, to: { path: '^electron/' } },
    { name: 'electron-not-renderer', severity: 'error', from: { path: '^electron/' }, to: { path: '^renderer/' } },
    { name: 'ui-vendors-only-in-ui', severity: 'error', from: { path: '^renderer/', pathNot: '^renderer/ui/' }, to: { path: 'react-aria-components|uplot' } },
    { name: 'parts-below-features', severity: 'error', from: { path: '^renderer/(ui|data|parts|commands)/' }, to: { path: '^renderer/(features|app)/' } },
    { name: 'features-apart', severity: 'error', from: { path: '^renderer/features/([^/]+)/' }, to: { path: '^renderer/features/', pathNot: '^renderer/features/$1/' } },
    { name: 'source-not-test', severity: 'error', from: { path: '^(electron|renderer|shared)/' }, to: { path: '^test/' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.d.ts', '.json', '.css'] },
  },
}

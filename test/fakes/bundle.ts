import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Makes one file each of entries of ours (paths from this folder), as they are shipped, for tests that start a process
 * hundreds of times. Returns where they are.
 */
export async function bundle<Name extends string>(folder: string, entries: Record<Name, string>): Promise<Record<Name, string>> {
  const names = Object.keys(entries) as Name[]
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['better-sqlite3'] },
    build: {
      ssr: true,
      target: 'node24',
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        input: Object.fromEntries(names.map((name) => [name, source(entries[name])])),
        external: ['better-sqlite3'],
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
  symlinkSync(source('../../node_modules'), join(folder, 'node_modules'), 'junction')
  return Object.fromEntries(names.map((name) => [name, join(folder, `${name}.mjs`)])) as Record<Name, string>
}

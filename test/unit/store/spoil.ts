import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'

export const pageSize = 16 * 1024

/** Numbers of the pages of a table or an index, from 1. */
export function pagesOf(path: string, name: string, type: 'leaf' | 'internal' | 'overflow' = 'leaf'): number[] {
  const db = new Database(path, { readonly: true })
  const pages = db.prepare<[string, string], number>(`SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY path`).pluck().all(name, type)
  db.close()
  return pages
}

/** Changes pages of a file. */
export function spoil(path: string, pages: readonly number[], spoiled: (page: Buffer) => void = (page) => page.fill(0xa5)): void {
  const bytes = readFileSync(path)
  for (const n of pages) spoiled(bytes.subarray((n - 1) * pageSize, n * pageSize))
  writeFileSync(path, bytes)
}

/** Everything in a file's folder, to be compared with later; not SQLite's shared memory, which holds nothing of its own. */
export function folderOf(path: string): Record<string, string> {
  const folder = dirname(path)
  const names = readdirSync(folder).filter((name) => !name.endsWith('-shm'))
  return Object.fromEntries(names.toSorted().map((name) => [name, readFileSync(join(folder, name)).toString('base64')]))
}

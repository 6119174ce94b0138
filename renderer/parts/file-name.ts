/** A file name from a capture's name: no separators, nothing hidden, nothing that a system reserves. */
export function fileNameOf(name: string, extension: string): string {
  const stem = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, '-')
    .replace(/^[.\s-]+|[.\s-]+$/g, '')
    .slice(0, 120)
  const isReserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(stem)
  return `${stem === '' || isReserved ? `capture-${stem}`.replace(/-$/, '') : stem}.${extension}`
}

/** The folder of a path, with its separator, as its system writes it. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

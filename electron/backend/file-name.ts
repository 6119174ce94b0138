import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Names that Windows keeps for devices, whatever their ending. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/**
 * A file name for what a person typed: no separators, control or bidi characters, no leading
 * dots, at most 80 characters; never empty. A capture's name is hostile input once the file was sent around.
 */
export function fileNameOf(name: string): string {
  const safe = name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replaceAll(/[/\\:*?"<>|]/g, '-')
    .replaceAll(/^[.\s]+|[.\s]+$/g, '')
  const short = [...safe].slice(0, 80).join('').trim()
  return short === '' || reserved.test(short) ? `capture ${short}`.trim() : short
}

/** A path in `folder` that is not taken: `NAME.kinescope`, else `NAME 2.kinescope`, … */
export function freePath(folder: string, name: string): string {
  let path = join(folder, `${name}.kinescope`)
  for (let n = 2; existsSync(path); n++) path = join(folder, `${name} ${n}.kinescope`)
  return path
}

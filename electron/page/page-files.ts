import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, resolve, sep } from 'node:path'
import { contentSecurityPolicy, securityHeaders } from './security-headers.ts'

export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

/** Stands in index.html where the nonce of a document goes. */
const noncePlaceholder = 'CSP-NONCE'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
}

/**
 * Answers a GET for a path of the page, the same in both hosts. A path that names no file is a place of the console
 * (`/streams/…`) and gets the document, which finds its way by itself; what looks like a file and is none gets a 404.
 * @param root absolute folder of the built page
 * @param path path of the URL, still percent-encoded
 */
export async function answerPage(root: string, path: string): Promise<PageAnswer> {
  const file = fileBelow(root, path)
  if (file === null) return refusal(400, 'That is not a path of Kinescope.')
  const content = await contentOf(file)
  if (content !== null && extname(file) !== '.html') return answer(file, content, path.startsWith('/assets/'))
  if (content === null && (path.startsWith('/assets/') || /^\/[^/]+\.[^/]+$/.test(path))) return refusal(404, 'There is no such file.')
  const index = await contentOf(resolve(root, 'index.html'))
  return index === null ? refusal(500, 'The page is missing from this build of Kinescope. Run "npm run build".') : documentAnswer(index)
}

/** The file that a path names, or null where it leads out of the root or can't be a path: resolved, then compared with the root plus separator. */
function fileBelow(root: string, path: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return null
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null
  const file = resolve(root, `.${decoded.startsWith('/') ? '' : '/'}${decoded}`)
  const base = resolve(root)
  if (file === base) return resolve(base, 'index.html')
  return file.startsWith(base + sep) ? file : null
}

async function contentOf(file: string): Promise<Buffer<ArrayBuffer> | null> {
  try {
    return await readFile(file)
  } catch {
    return null
  }
}

/** Built assets carry their content's hash in their name and never change. */
function answer(file: string, body: Buffer<ArrayBuffer>, isHashed: boolean): PageAnswer {
  return {
    status: 200,
    headers: {
      ...securityHeaders,
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'cache-control': isHashed ? 'private, max-age=31536000, immutable' : 'no-store',
    },
    body,
  }
}

function documentAnswer(index: Buffer<ArrayBuffer>): PageAnswer {
  const html = index.toString('utf8')
  const nonce = html.includes(noncePlaceholder) ? randomBytes(16).toString('base64') : null
  return {
    status: 200,
    headers: {
      ...securityHeaders,
      'content-security-policy': contentSecurityPolicy(nonce),
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    },
    body: nonce === null ? index : Buffer.from(html.replaceAll(noncePlaceholder, nonce)),
  }
}

/** A sentence instead of a page. */
export function refusal(status: number, sentence: string): PageAnswer {
  return {
    status,
    headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: Buffer.from(`${sentence}\n`),
  }
}

import { protocol } from 'electron'
import { answerPage, refusal } from '../page/page-files.ts'

/** The page's origin. A scheme of our own and not `file:`, whose pages could read every file (and share one origin). */
export const pageOrigin = 'app://kinescope'

/** To be called before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Answers `app://kinescope/…` from the built page; any other host of the scheme has nothing. */
export function servePage(root: string): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url)
    const isOurs = url.host === 'kinescope' && (request.method === 'GET' || request.method === 'HEAD')
    const { status, headers, body } = isOurs ? await answerPage(root, url.pathname) : refusal(404, 'There is nothing here.')
    return new Response(body, { status, headers })
  })
}

/** Whether a URL is a place of our page. Compared by parts: `origin` is "null" for schemes that Node doesn't know. */
export function isOurPage(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && url.protocol === 'app:' && url.host === 'kinescope' && url.username === '' && url.password === ''
}

'use strict'
// app://  ↔  https://
// Chromium cannot be taught a scheme from outside, so a privileged scheme is shown under an https (secure: true) or
// http origin in the reserved .test domain, and answered through CDP's Fetch by the handler of the application.
const { strict, notModelled, makeEvent } = require('./strict.cjs')
const { state, contents } = require('./state.cjs')

/** scheme → privileges, and scheme → handler of protocol.handle */
const schemes = new Map()
const handlers = new Map()

const toWeb = (url) => {
  const m = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(url)
  if (!m || !schemes.has(m[1])) return url
  return `${schemes.get(m[1]).secure ? 'https' : 'http'}://${m[2] || '_'}.${m[1]}.standin.test${m[3] || '/'}`
}
const fromWeb = (url) => {
  const m = /^https?:\/\/([^/?#:]+)\.([a-z0-9+-]+)\.standin\.test(.*)$/is.exec(url ?? '')
  return m && schemes.has(m[2]) ? `${m[2]}://${m[1] === '_' ? '' : m[1]}${m[3]}` : url
}
const originOf = (url) => {
  const m = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)/i.exec(url ?? '')
  return m && !url.startsWith('file:') ? m[1] : 'null'
}

const protocol = strict('protocol', {
  registerSchemesAsPrivileged(list) {
    if (state.isReady) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    schemes.clear()
    for (const { scheme, privileges = {} } of list) {
      if (!privileges.standard) notModelled(`scheme ${scheme} without privileges.standard`)
      if (privileges.bypassCSP) notModelled('privileges.bypassCSP')
      schemes.set(scheme, privileges)
    }
  },
  handle(scheme, handler) {
    if (!state.isReady) throw new Error('protocol.handle can only be used after app is ready')
    if (!schemes.has(scheme)) notModelled(`protocol.handle of the unprivileged scheme ${scheme}`)
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    handlers.set(scheme, handler)
  },
  isProtocolHandled: (scheme) => handlers.has(scheme),
})

/** Whether the application lets a document be left for another; what it loads itself is never asked about. */
function mayNavigate(wc, request) {
  const isExpected = wc._expect !== null && request.url.split('#')[0] === wc._expect.split('#')[0]
  wc._expect = null
  if (isExpected || wc._url === '') return true
  const url = fromWeb(request.url)
  return ['will-frame-navigate', 'will-navigate'].every((name) => {
    const event = makeEvent({ url, isSameDocument: false, isMainFrame: true, frame: wc._frame, initiator: wc._frame })
    wc.emit(name, event, url, false, true)
    return !event.defaultPrevented
  })
}

/** A request that CDP's Fetch paused. */
async function onRequest({ requestId, request, frameId, resourceType, redirectedRequestId }) {
  const { browser } = state
  const fail = (errorReason) => browser.send('Fetch.failRequest', { requestId, errorReason })
  const wc = contents.get(frameId)
  if (wc && resourceType === 'Document' && !redirectedRequestId && !mayNavigate(wc, request)) return fail('Aborted')
  const url = fromWeb(request.url)
  if (url === request.url) return browser.send('Fetch.continueRequest', { requestId })
  const handler = handlers.get(url.slice(0, url.indexOf(':')))
  if (!handler) return fail('Failed')
  try {
    const response = await handler(asRequest(url, request))
    if (!(response instanceof Response) || response.type === 'error') return fail('Failed')
    await browser.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responsePhrase: response.statusText || undefined,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    })
  } catch (error) {
    console.error(`stand-in: protocol handler failed for ${url}`, error)
    fail('Failed').catch(() => {})
  }
}

function asRequest(url, { method, headers: given, postDataEntries }) {
  const headers = new Headers()
  for (const [name, value] of Object.entries(given)) headers.set(name, /^(origin|referer)$/i.test(name) ? fromWeb(value) : value)
  const body = postDataEntries ? Buffer.concat(postDataEntries.map((entry) => Buffer.from(entry.bytes ?? '', 'base64'))) : undefined
  return new Request(url, { method, headers, body: ['GET', 'HEAD'].includes(method) ? undefined : body })
}

module.exports = { protocol, toWeb, fromWeb, originOf, onRequest }

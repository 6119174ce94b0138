import { iso, type Producer, toJson, traceparent } from './demo-record.ts'
import type { Random } from './random.ts'

const PAGES = ['/', '/chairs', '/lamps/brass', '/rugs?size=200', '/search?q=vas%C3%A9', '/cart', '/checkout', '/account/orders'] as const
const AGENTS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Android 16; Mobile; rv:149.0) Gecko/149.0 Firefox/149.0',
] as const

interface Session {
  id: string
  user: number | null
  agent: string
  page: string
  sequence: number
}

/** Clickstream of a web shop: some dozen visitors at a time who come, look around and leave. */
export const createClicks = (random: Random): Producer => {
  const arrive = (): Session => ({
    id: random.uuid(),
    user: random.chance(0.4) ? random.int(10_000, 99_999) : null,
    agent: random.pick(AGENTS),
    page: '/',
    sequence: 0,
  })
  const sessions = Array.from({ length: 40 }, arrive)
  return (now) => {
    const at = random.int(0, sessions.length - 1)
    let session = sessions[at]
    if (session === undefined || random.chance(0.05)) {
      session = arrive()
      sessions[at] = session
    }
    const referrer = session.sequence === 0 ? random.pick(['https://www.google.com/', 'https://duckduckgo.com/', null]) : session.page
    session.page = random.pick(PAGES)
    session.sequence += 1
    const event = random.weighted([['page_view', 12], ['scroll', 6], ['click', 5], ['add_to_cart', 2], ['purchase', 1]])
    const text = toJson({
      event,
      session: session.id,
      sequence: session.sequence,
      user: session.user,
      page: session.page,
      referrer,
      viewport: [random.pick([390, 1280, 1440, 1920]), random.pick([844, 800, 900, 1080])],
      ...(event === 'scroll' ? { depth: random.int(5, 100) / 100 } : {}),
      ...(event === 'click' ? { element: random.pick(['nav.menu', 'button.buy', 'img.product', 'a.footer']), x: random.int(0, 1440), y: random.int(0, 900) } : {}),
      userAgent: session.agent,
      experiments: { checkout: random.pick(['a', 'b']), hero: random.pick(['photo', 'video']) },
      at: iso(now - random.int(2, 900)),
      traceparent: traceparent(random),
    })
    return { partitionKey: session.id, explicitHashKey: null, data: Buffer.from(text) }
  }
}

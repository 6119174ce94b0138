import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Who may talk to this host: one origin, one Host, and a cookie that only a one-time token of ours gives. */
export interface Access {
  readonly origin: string
  /** A link with a new token; it works once. */
  freshLink(): string
  /** Turns a token into a session's cookie; null where the token is unknown or was used. */
  redeem(token: string): string | null
  /** Why a request may not be answered at all, before it is asked who sent it; null where it may. */
  refuses(headers: IncomingHttpHeaders, isUpgrade: boolean): Refusal | null
  /** Whether the request carries a session's cookie. */
  isKnown(headers: IncomingHttpHeaders): boolean
}

export interface Refusal {
  readonly status: number
  readonly sentence: string
}

/**
 * Cookies don't tell ports apart: two consoles on this machine would overwrite each other's cookie, so its name has the port.
 * @param port the port that is listened on
 */
export function createAccess(port: number, random: (bytes: number) => Buffer = randomBytes): Access {
  const host = `127.0.0.1:${port}`
  const origin = `http://${host}`
  const cookieName = `kinescope-${port}`
  // Only hashes are kept and compared: equal lengths for timingSafeEqual, and nothing here that could be shown.
  const tokens: Buffer[] = []
  const sessions: Buffer[] = []
  return {
    origin,
    freshLink() {
      const token = random(32).toString('base64url')
      tokens.push(hashOf(token))
      return `${origin}/?token=${token}`
    },
    redeem(token) {
      const at = indexOf(tokens, token)
      if (at < 0) return null
      tokens.splice(at, 1)
      const session = random(32).toString('base64url')
      sessions.push(hashOf(session))
      return `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`
    },
    refuses(headers, isUpgrade) {
      // A foreign name that leads here is DNS rebinding (CVE-2025-66414); another port is a tunnel with two numbers.
      if (headers.host !== host) {
        return { status: 421, sentence: `This Kinescope answers at ${host} only. Through a tunnel, use the same port on both sides.` }
      }
      const claimed = headers.origin
      // A browser always tells the origin of an upgrade; "null" and IP origins have come through laxer checks (CVE-2025-30360).
      if (claimed === undefined ? isUpgrade : claimed !== origin) {
        return { status: 403, sentence: 'Another page may not talk to Kinescope.' }
      }
      return null
    },
    isKnown(headers) {
      const values = (headers.cookie ?? '').split(';').map((part) => part.trim())
      return values.some((part) => part.startsWith(`${cookieName}=`) && indexOf(sessions, part.slice(cookieName.length + 1)) >= 0)
    },
  }
}

const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

function indexOf(hashes: readonly Buffer[], secret: string): number {
  const wanted = hashOf(secret)
  return hashes.findIndex((hash) => timingSafeEqual(hash, wanted))
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
]

/**
 * The page's content security policy. A nonce admits the style elements that a library injects at run time
 * (React Aria asks for it in the `csp-nonce` meta element); it is new for every document.
 */
export function contentSecurityPolicy(nonce: string | null = null): string {
  return policy.map((part) => (nonce !== null && part.startsWith('style-src') ? `${part} 'nonce-${nonce}'` : part)).join('; ')
}

/** Headers of every answer of both hosts, refusals included. */
export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy(),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const satisfies Record<string, string>

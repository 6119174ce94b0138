import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

/** Where Linux distributions keep Chromium: the binary itself before the wrapper script, which may add flags. */
const system = ['/usr/lib/chromium/chromium', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The Chromium to test with: Playwright's own where it is installed, else the system's; null where there is none. */
export function chromiumPath(): string | null {
  return [chromium.executablePath(), ...system].find((path) => existsSync(path)) ?? null
}

/** Chromium runs as root only without its sandbox; the others keep it from talking to anyone but the page. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

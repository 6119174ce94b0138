import { spawn } from 'node:child_process'

/**
 * The command that opens a link in the person's browser; null where there is none to be expected,
 * as for root, who has no browser, and where there is no display.
 */
export function openerFor(platform: NodeJS.Platform, uid: number | undefined, env: NodeJS.ProcessEnv): { command: string; args: string[] } | null {
  if (platform === 'darwin') return { command: 'open', args: [] }
  // A URL given to `start` through cmd would be read by its parser ("&"); this one gets it as it is.
  if (platform === 'win32') return { command: 'rundll32.exe', args: ['url.dll,FileProtocolHandler'] }
  if (uid === 0) return null
  if (env['WSL_DISTRO_NAME'] !== undefined) return { command: 'wslview', args: [] }
  return (env['DISPLAY'] ?? env['WAYLAND_DISPLAY'] ?? '') === '' ? null : { command: 'xdg-open', args: [] }
}

/** Tries to open a link and tells whether a program took it. Never fails, never waits for that program to end. */
export async function openInBrowser(url: string): Promise<boolean> {
  const opener = openerFor(process.platform, process.getuid?.(), process.env)
  if (opener === null) return false
  return new Promise((resolve) => {
    const child = spawn(opener.command, [...opener.args, url], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

import type { HostCapabilities } from '#shared/model/host.ts'

/** What differs between hosts, as a value: what the host can do, and the few things it does for the backend. */
export interface HostServices {
  readonly capabilities: Omit<HostCapabilities, 'dataDir'>
  /** Opens an https link that was checked against `linkHosts` in the person's own browser. */
  openLink(url: URL): Promise<void>
  /** A native dialog; null when it was cancelled. Only called where `fileDialogs` is true. */
  pickCapture(): Promise<string | null>
  pickSavePath(suggested: string): Promise<string | null>
}

/** Hosts that links of the console may lead to: AWS's own documentation and console. */
const linkHosts = [/^docs\.aws\.amazon\.com$/, /^([a-z0-9-]+\.)?console\.aws\.amazon\.com$/]

/** The URL, if the console may open it: https, no credentials in it, and a host of the short list. */
export function allowedLink(text: string): URL | null {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.port !== '') return null
  return linkHosts.some((host) => host.test(url.hostname)) ? url : null
}

/** A host without dialogs, notifications or a keychain: the CLI, and tests. */
export function headlessHost(host: 'cli' | 'test', version: string): HostServices {
  return {
    capabilities: { host, version, platform: platformName(), reason: null, fileDialogs: false, notifications: false, safeKeys: false },
    openLink: () => Promise.resolve(),
    pickCapture: () => Promise.resolve(null),
    pickSavePath: () => Promise.resolve(null),
  }
}

export function platformName(): HostCapabilities['platform'] {
  const { platform } = process
  return platform === 'darwin' || platform === 'linux' || platform === 'win32' ? platform : 'other'
}

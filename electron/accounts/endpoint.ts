import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'

/** Whether the URL names this machine itself: such an endpoint is an emulator, and gets placeholder keys. */
export const isLoopback = (endpointUrl: string): boolean => {
  const host = URL.parse(endpointUrl)?.hostname.toLowerCase()
  if (host === undefined) return false
  // URL has already turned 127.1, 0x7f000001 and the like into dotted decimals.
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '[::1]'
}

/** The URL if a Kinesis client can use it. Throws `invalid-argument` unless it is http or https and carries no user name. */
export const checkEndpoint = (endpoint: string): URL => {
  const url = URL.parse(endpoint)
  const shown = printable(endpoint.length > 200 ? `${endpoint.slice(0, 200)}…` : endpoint)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new KinescopeError('invalid-argument', `"${shown}" is not an endpoint: it has to be an http or https URL.`, {
      action: 'Give one like http://127.0.0.1:4567.',
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new KinescopeError('invalid-argument', `The endpoint at ${url.host} has a user name or password in its URL.`, {
      action: 'Leave it out: requests are signed with the credentials of the connection.',
    })
  }
  return url
}

/** Throws `invalid-argument` unless the region could be part of a host name, as `eu-west-1` is. */
export const checkRegion = (region: string): void => {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(region)) return
  const shown = printable(region.length > 64 ? `${region.slice(0, 64)}…` : region)
  throw new KinescopeError('invalid-argument', `"${shown}" is not a region.`, { action: 'Give one like eu-west-1.' })
}

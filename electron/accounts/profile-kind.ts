import type { Profile } from '#shared/model/connection.ts'

/** Settings of one profile, of both files, as `name → value`. */
export type Settings = Readonly<Record<string, string | undefined>>

export interface ProfileFiles {
  profiles: ReadonlyMap<string, Settings>
  ssoSessions: ReadonlyMap<string, Settings>
}

export type Kind = Pick<Profile, 'kind' | 'detail' | 'problem'>

const usable = (kind: Profile['kind'], detail: string): Kind => ({ kind, detail, problem: null })
const unusable = (detail: string, problem: string): Kind => ({ kind: 'unusable', detail, problem })

/** `arn:aws:iam::111122223333:role/team/Engineer` → `role/Engineer`. */
const roleOf = (arn: string): string => `role/${arn.slice(arn.lastIndexOf('/') + 1) || '?'}`

const hostOf = (url: string | undefined): string => URL.parse(url ?? '')?.hostname.replace(/\.awsapps\.com$/, '') ?? '?'

/** The program of a command line, without arguments: those may hold secrets. */
const programOf = (command: string): string => {
  const [, quoted, bare] = /^\s*(?:"([^"]+)"|(\S+))/.exec(command) ?? []
  const path = quoted ?? bare ?? ''
  return path.includes('=') ? '' : path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

/**
 * How a profile gets its credentials, in the order in which the SDK's `fromIni` looks (3.1143.0), and why it
 * can't where it can't. Nothing is called, so `problem` knows only what the files tell.
 */
export const kindOf = (name: string, files: ProfileFiles, visited: readonly string[] = []): Kind => {
  const settings = files.profiles.get(name)
  if (settings === undefined) return unusable('', `There is no profile "${name}".`)
  const { role_arn: role, source_profile: source, credential_source: place, web_identity_token_file: token } = settings
  const hasKeys = settings['aws_access_key_id'] !== undefined && settings['aws_secret_access_key'] !== undefined
  // A profile in a chain that has keys is its end, whatever else it says.
  if (hasKeys && (role === undefined || visited.length > 0)) {
    return usable('keys', settings['aws_session_token'] === undefined ? 'access key' : 'temporary access key')
  }
  if (role !== undefined && (source !== undefined || place !== undefined)) return roleKind(name, settings, files, visited)
  if (hasKeys) return usable('keys', 'access key')
  if (role !== undefined && token !== undefined) return usable('web-identity', `${roleOf(role)} by web identity`)
  if (role !== undefined) return unusable(roleOf(role), 'It names a role, but neither source_profile nor credential_source to take it with.')
  if (settings['credential_process'] !== undefined) {
    return usable('process', `process ${programOf(settings['credential_process'])}`.trim())
  }
  if (settings['sso_session'] !== undefined || settings['sso_start_url'] !== undefined || settings['sso_account_id'] !== undefined) {
    return ssoKind(settings, files)
  }
  if (settings['login_session'] !== undefined) return usable('sso', 'AWS console sign-in')
  if (settings['aws_access_key_id'] !== undefined || settings['aws_secret_access_key'] !== undefined) {
    return unusable('access key', 'One of aws_access_key_id and aws_secret_access_key is missing.')
  }
  return unusable('', 'It has no credentials: no keys, role, SSO session or process.')
}

const roleKind = (name: string, settings: Settings, files: ProfileFiles, visited: readonly string[]): Kind => {
  const { role_arn = '', source_profile: source, credential_source: place, mfa_serial: mfa } = settings
  const role = roleOf(role_arn)
  if (source !== undefined && place !== undefined) return unusable(role, 'It has both source_profile and credential_source: only one can count.')
  if (mfa !== undefined) return unusable(`${role} with MFA`, 'It asks for a code of its MFA device, which Kinescope cannot ask for yet.')
  if (source === undefined) {
    return ['EcsContainer', 'Ec2InstanceMetadata', 'Environment'].includes(place ?? '')
      ? usable('role', `${role} by ${place ?? ''}`)
      : unusable(role, `Its credential_source "${place ?? ''}" is none of EcsContainer, Ec2InstanceMetadata and Environment.`)
  }
  const detail = `${role} by ${source}`
  const chain = [...visited, name]
  const hasOwnKeys = settings['aws_access_key_id'] !== undefined && settings['aws_secret_access_key'] !== undefined
  if (source === name && hasOwnKeys) return usable('role', detail)
  if (chain.includes(source)) return unusable(detail, `Its source_profile entries lead round in a circle: ${[...chain, source].join(' → ')}.`)
  if (!files.profiles.has(source)) return unusable(detail, `Its source_profile "${source}" is not there.`)
  const { problem } = kindOf(source, files, chain)
  if (problem === null) return usable('role', detail)
  return unusable(detail, problem.includes('→') ? problem : `Its source_profile "${source}" cannot be used. ${problem}`)
}

const ssoKind = (settings: Settings, files: ProfileFiles): Kind => {
  const session = settings['sso_session']
  const detail = `SSO ${session ?? hostOf(settings['sso_start_url'])}`
  const shared = session === undefined ? undefined : files.ssoSessions.get(session)
  if (session !== undefined && shared === undefined) return unusable(detail, `There is no section [sso-session ${session}].`)
  const all = { ...settings, ...shared }
  const missing = ['sso_start_url', 'sso_region', 'sso_account_id', 'sso_role_name'].filter((name) => all[name] === undefined)
  return missing.length === 0 ? usable('sso', detail) : unusable(detail, `Its SSO settings lack ${missing.join(', ')}.`)
}

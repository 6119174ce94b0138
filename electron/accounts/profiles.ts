import { readFile } from 'node:fs/promises'
import { loadSharedConfigFiles } from '@smithy/shared-ini-file-loader'
import type { Profile } from '#shared/model/connection.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { awsFailure } from './aws-failure.ts'
import { awsFiles, type Environ } from './aws-files.ts'
import { badLines } from './config-lines.ts'
import { guessEnvironment } from './guess-environment.ts'
import { kindOf, type ProfileFiles, type Settings } from './profile-kind.ts'

export { guessEnvironment } from './guess-environment.ts'

/** Settings files are some KiB; what is larger is none. */
const LARGEST = 4 * 1024 * 1024

/**
 * The profiles of ~/.aws, as they are now, sorted by name; `file` is where they are looked for. No call is made
 * and no secret is in the result. Missing files give no profiles. A line that means nothing is listed as an
 * `unusable` entry that says where it is, and the other profiles stay usable. Throws
 * `file-system` where a file is there and cannot be read.
 */
export const readProfiles = async (env: Environ): Promise<{ file: string; profiles: Profile[] }> => {
  const paths = awsFiles(env)
  const [config, credentials] = await Promise.all([readText(paths.config), readText(paths.credentials)])
  // The SDK's own parser, so that a profile means here what it means to the provider that will use it.
  const parsed = await loadSharedConfigFiles({ filepath: paths.credentials, configFilepath: paths.config, ignoreCache: true })
  const files = sortOut(parsed)
  const profiles = [...files.profiles.keys()].map((name) => describe(name, files, parsed.configFile))
  const complaints = [
    ...complain(paths.config, config, true, files),
    ...complain(paths.credentials, credentials, false, files),
  ]
  return { file: paths.config, profiles: [...profiles.toSorted((a, b) => (a.name < b.name ? -1 : 1)), ...complaints] }
}

const readText = async (path: string): Promise<string> => {
  let bytes
  try {
    bytes = await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw awsFailure(error, { action: `read ${printable(path)}` })
  }
  if (bytes.length > LARGEST) throw new KinescopeError('file-system', `${printable(path)} is too large to be a settings file.`, { action: 'Check what it is.' })
  return bytes.toString('utf8')
}

type Sections = Readonly<Record<string, Settings>>

/** Both files in one: settings of the credentials file win, as in the SDK. */
const sortOut = ({ configFile, credentialsFile }: { configFile: Sections; credentialsFile: Sections }): ProfileFiles => {
  const profiles = new Map<string, Settings>()
  const ssoSessions = new Map<string, Settings>()
  for (const [name, settings] of Object.entries(configFile)) {
    if (name.startsWith('sso-session.')) ssoSessions.set(name.slice('sso-session.'.length), settings)
    else if (!name.startsWith('services.')) profiles.set(name, settings)
  }
  for (const [name, settings] of Object.entries(credentialsFile)) profiles.set(name, { ...profiles.get(name), ...settings })
  return { profiles, ssoSessions }
}

const describe = (name: string, files: ProfileFiles, configFile: Sections): Profile => {
  const settings = files.profiles.get(name) ?? {}
  const environment = guessEnvironment(name)
  const services = settings['services'] === undefined ? undefined : configFile[`services.${settings['services']}`]
  return {
    name,
    region: settings['region'] ?? null,
    ...kindOf(name, files),
    environment,
    readOnly: environment === 'production',
    endpoint: services?.['kinesis.endpoint_url'] ?? settings['endpoint_url'] ?? null,
  }
}

const complain = (path: string, text: string, needsPrefix: boolean, files: ProfileFiles): Profile[] =>
  badLines(text, needsPrefix)
    .map(({ line, problem }) => ({ name: `${path}:${line}`, problem: `${problem} (${path}, line ${line})` }))
    .filter(({ name }) => !files.profiles.has(name))
    .map(({ name, problem }) => ({
      name,
      region: null,
      kind: 'unusable',
      detail: 'not understood',
      environment: 'development',
      readOnly: false,
      endpoint: null,
      problem,
    }))

import { homedir } from 'node:os'
import { join } from 'node:path'

export type Environ = Readonly<Record<string, string | undefined>>

/** Where the AWS CLI keeps its settings, or where the environment says that they are. */
export const awsFiles = (env: Environ): { config: string; credentials: string } => {
  const home = given(env['HOME']) ?? given(env['USERPROFILE']) ?? homedir()
  const resolve = (path: string): string => (/^~[\\/]/.test(path) ? join(home, path.slice(2)) : path)
  return {
    config: resolve(given(env['AWS_CONFIG_FILE']) ?? join(home, '.aws', 'config')),
    credentials: resolve(given(env['AWS_SHARED_CREDENTIALS_FILE']) ?? join(home, '.aws', 'credentials')),
  }
}

const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value)

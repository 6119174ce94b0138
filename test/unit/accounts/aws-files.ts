import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface AwsHome extends AsyncDisposable {
  env: Record<string, string>
  config: string
  credentials: string
  directory: string
}

/** A home of its own with the AWS files of a test; what is not given is not there. */
export const awsHome = async (files: { config?: string; credentials?: string }): Promise<AwsHome> => {
  const directory = await mkdtemp(join(tmpdir(), 'kinescope-aws-'))
  const config = join(directory, 'config')
  const credentials = join(directory, 'credentials')
  if (files.config !== undefined) await writeFile(config, files.config)
  if (files.credentials !== undefined) await writeFile(credentials, files.credentials)
  return {
    directory,
    config,
    credentials,
    env: { HOME: directory, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

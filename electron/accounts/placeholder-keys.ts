import type { AwsCredentialIdentityProvider } from '@aws-sdk/types'

/**
 * Keys for a server that checks none. The embedded one takes the account from the access key id, if
 * that is 12 digits, and serves its default account otherwise.
 */
export const placeholderKeys = (accountId: string | null): AwsCredentialIdentityProvider => {
  const credentials = { accessKeyId: accountId ?? 'placeholder', secretAccessKey: 'placeholder' }
  return () => Promise.resolve(credentials)
}

import type { AwsCredentialIdentity } from '@aws-sdk/types'
import { KinescopeError } from '#shared/model/error.ts'
import type { Failure } from '#shared/model/error.ts'

export type CredentialsResult = { credentials: AwsCredentialIdentity } | { failure: Failure }

/** Credentials that live in another thread: asked for by `ask`, whose answers `answered` takes; here they are only held by a client, in memory. */
export const askedCredentials = (ask: (id: number) => void) => {
  const asked = new Map<number, PromiseWithResolvers<AwsCredentialIdentity>>()
  let lastId = 0
  return {
    provide: (): Promise<AwsCredentialIdentity> => {
      const answer = Promise.withResolvers<AwsCredentialIdentity>()
      lastId += 1
      asked.set(lastId, answer)
      ask(lastId)
      return answer.promise
    },
    answered: (id: number, result: CredentialsResult): void => {
      const answer = asked.get(id)
      asked.delete(id)
      if ('credentials' in result) answer?.resolve(result.credentials)
      else answer?.reject(KinescopeError.from(result.failure))
    },
  }
}

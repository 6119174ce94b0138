import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { KinescopeError } from '#shared/model/error.ts'
import { effectOf } from './operations.ts'

/**
 * Makes the client refuse every write operation with `read-only` before the request is built, signed or
 * sent. It sits in the client itself, so that no caller can forget to ask.
 */
export const refuseWrites = (client: KinesisClient): void => {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const operation = (context.commandName ?? 'An unnamed operation').replace(/Command$/, '')
      if (effectOf(operation) === 'read') return next(args)
      return Promise.reject(
        new KinescopeError('read-only', `This connection is read-only: ${operation} was not sent.`, {
          action: 'Use a connection that may write, or change this one in its settings.',
        }),
      )
    },
    { step: 'initialize', priority: 'high', name: 'kinescopeWriteGuard' },
  )
}

import { KinescopeError } from '#shared/model/error.ts'
import { allowedLink } from '../host-services.ts'
import { api } from './implementer.ts'

export const host = {
  capabilities: api.host.capabilities.handler(({ context }) => ({ ...context.host.capabilities, dataDir: context.dataDir })),

  openLink: api.host.openLink.handler(async ({ context, input }) => {
    const url = allowedLink(input.url)
    if (url === null) {
      throw new KinescopeError('invalid-argument', 'Kinescope opens links to the AWS documentation and console only.', {
        action: 'Copy the link and open it yourself if you trust it.',
      })
    }
    await context.host.openLink(url)
  }),

  pickCapture: api.host.pickCapture.handler(async ({ context }) => asPath(await context.host.pickCapture())),
  pickSavePath: api.host.pickSavePath.handler(async ({ context, input }) => asPath(await context.host.pickSavePath(input.suggested))),
}

function asPath(path: string | null) {
  return path === null ? null : { path }
}

import type { Page } from '@playwright/test'

/**
 * Opens an RPC port from the page as the console itself does, sends messages over it, and waits for as many answers, or
 * for its end. What is sent is oRPC's wire form: `{ i: id, p: { u: '/host/capabilities' } }`.
 */
export async function overPort(page: Page, messages: readonly unknown[], wanted = messages.length): Promise<{ answers: unknown[]; isClosed: boolean }> {
  return page.evaluate(
    ([messages, wanted]) =>
      new Promise<{ answers: unknown[]; isClosed: boolean }>((resolve) => {
        const { port1, port2 } = new MessageChannel()
        const answers: unknown[] = []
        port1.addEventListener('message', ({ data }) => {
          answers.push(typeof data === 'string' ? JSON.parse(data) : data)
          if (answers.length === wanted) resolve({ answers, isClosed: false })
        })
        port1.addEventListener('close', () => resolve({ answers, isClosed: true }))
        port1.start()
        window.postMessage('kinescope:rpc-port', location.origin, [port2])
        for (const message of messages) port1.postMessage(message)
      }),
    [messages, wanted] as const,
  )
}

/** A call without input, as oRPC sends it. */
export const call = (path: string, input?: unknown, id = '1'): string =>
  JSON.stringify({ i: id, p: { u: `/${path.replaceAll('.', '/')}`, ...(input === undefined ? {} : { b: { json: input } }) } })

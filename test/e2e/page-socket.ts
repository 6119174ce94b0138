import type { Page } from '@playwright/test'

/** Calls a procedure without input over a WebSocket that the page opens, as oRPC sends it, and gives its output. */
export async function askOverSocket<T>(page: Page, path: string): Promise<T> {
  return page.evaluate(
    (url) =>
      new Promise<T>((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/rpc`)
        socket.addEventListener('open', () => socket.send(JSON.stringify({ i: '1', p: { u: url } })))
        socket.addEventListener('error', () => reject(new Error('the socket was refused')))
        socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
          resolve((JSON.parse(data) as { p: { b: { json: T } } }).p.b.json)
          socket.close()
        })
      }),
    `/${path.replaceAll('.', '/')}`,
  )
}

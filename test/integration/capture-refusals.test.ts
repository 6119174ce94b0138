import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeleteStreamCommand, DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { captureFixture, connectionTo, numbered } from '../fakes/capture-fixture.ts'
import type { CaptureFixture } from '../fakes/capture-fixture.ts'

let fixture: CaptureFixture
beforeAll(async () => {
  fixture = await captureFixture()
})
afterEach(() => fixture.stopCaptures())
afterAll(() => fixture[Symbol.asyncDispose]())

describe('a capture that cannot begin', () => {
  it('names a stream that is not there, and leaves no file', async () => {
    const stream = { name: 'nowhere', arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/nowhere', path: join(fixture.folder, 'nowhere.kinescope') }
    const { state, failure } = await fixture.capture(stream).finished
    expect([state, failure?.code]).toEqual(['failed', 'stream-not-found'])
    expect(existsSync(stream.path)).toBe(false)
  })

  it('fails at once when nobody listens, and leaves the file byte for byte', async () => {
    const stream = await fixture.createStream(1)
    await fixture.put(stream, numbered(10, 'a'))
    await fixture.capture(stream).finished
    const before = readFileSync(stream.path)
    const began = performance.now()
    const { state, failure } = await fixture.capture(stream, { connection: connectionTo(fixture.kinesis.endpoint), stream: { ...stream, arn: `${stream.arn}x` } }).finished
    expect([state, failure?.code]).toEqual(['failed', 'other-stream'])
    const elsewhere = join(fixture.folder, 'refused.kinescope')
    const refused = await fixture.capture({ ...stream, path: elsewhere }, { connection: connectionTo('http://127.0.0.1:9') }).finished
    expect(refused.state).toBe('failed')
    expect(refused.failure?.action).toBeTruthy()
    expect(existsSync(elsewhere)).toBe(false)
    // At once, that is without the minute of patience that a running capture has.
    expect(performance.now() - began).toBeLessThan(30_000)
    expect(readFileSync(stream.path).equals(before)).toBe(true)
  })

  it('refuses a namesake that was created anew, and another server’s stream', async () => {
    const stream = await fixture.createStream(1)
    await fixture.put(stream, numbered(10, 'a'))
    await fixture.capture(stream).finished
    const before = readFileSync(stream.path)
    await fixture.client.send(new DeleteStreamCommand({ StreamName: stream.name }))
    await expect
      .poll(() => fixture.client.send(new DescribeStreamSummaryCommand({ StreamName: stream.name })).then(() => 'there', (error: Error) => error.name), { timeout: 10_000 })
      .toBe('ResourceNotFoundException')
    await new Promise((done) => setTimeout(done, 1000))
    await fixture.createStream(1, stream.name)
    const again = await fixture.capture(stream).finished
    expect([again.state, again.failure?.code]).toEqual(['failed', 'other-stream'])
    const elsewhere = await fixture.capture(stream, { connection: connectionTo('http://127.0.0.1:9') }).finished
    expect(elsewhere.failure?.code).toBe('other-stream')
    expect(readFileSync(stream.path).equals(before)).toBe(true)
  })

  it('refuses a file that is no capture, and takes an empty one for new', async () => {
    const stream = await fixture.createStream(1)
    writeFileSync(stream.path, 'my thesis')
    const { state, failure } = await fixture.capture(stream).finished
    expect([state, failure?.code]).toEqual(['failed', 'not-a-capture'])
    expect(readFileSync(stream.path, 'utf8')).toBe('my thesis')
    writeFileSync(stream.path, '')
    expect(await fixture.capture(stream).finished).toMatchObject({ state: 'complete', records: 0 })
  })

  it('refuses a file that another capture writes', async () => {
    const stream = await fixture.createStream(1)
    const session = fixture.capture(stream, { until: { type: 'never' } })
    await expect.poll(() => session.progress().state, { timeout: 10_000 }).toBe('reading')
    expect((await fixture.capture(stream).finished).failure?.code).toBe('in-use')
    expect(session.progress().state).toBe('reading')
  })

  it('says what the credentials’ provider says', async () => {
    const stream = await fixture.createStream(1)
    const { state, failure } = await fixture.capture(stream, { credentials: () => Promise.reject(new Error('the token has expired')) }).finished
    expect(state).toBe('failed')
    expect(failure?.message).toContain('the token has expired')
  })
})

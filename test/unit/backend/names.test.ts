import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { endpointUrl } from '../../../electron/backend/connections.ts'
import { fileNameOf, freePath } from '../../../electron/backend/file-name.ts'
import { allowedLink } from '../../../electron/backend/host-services.ts'

test('whatever a capture is called, its file stays in its folder', () => {
  const folder = resolve('captures')
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('../../etc/passwd', '..', 'C:\\x', 'nul', '\u202Egpj.exe', '.hidden', 'a/b')), (name) => {
      const path = join(folder, `${fileNameOf(name)}.kinescope`)
      expect(dirname(path)).toBe(folder)
      expect(basename(path)).not.toMatch(/^\.|[\p{Cc}\p{Cf}]/u)
      expect(Buffer.byteLength(basename(path))).toBeLessThanOrEqual(340)
    }),
  )
})

test('a name that is taken gets a number', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-names-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'incident.kinescope'), '')
  expect(basename(freePath(folder, 'incident'))).toBe('incident 2.kinescope')
})

test.each(['http://127.0.0.1:4567', 'https://kinesis.example.com'])('%s is an endpoint', (url) => {
  expect(endpointUrl(url).origin).toBe(url)
})

test.each(['', 'localhost:4567', 'ftp://x', 'http://x/path', 'http://user@x', 'javascript:alert(1)'])('%j is none, and the error says what to give', (text) => {
  expect(() => endpointUrl(text)).toThrow(expect.objectContaining({ code: 'invalid-argument', failure: expect.objectContaining({ action: expect.any(String) as string }) as object }) as Error)
})

test('links lead to the AWS documentation and console only', () => {
  expect(allowedLink('https://docs.aws.amazon.com/streams/latest/dev/')?.hostname).toBe('docs.aws.amazon.com')
  for (const link of ['http://docs.aws.amazon.com/', 'https://docs.aws.amazon.com.evil.example/', 'https://u:p@docs.aws.amazon.com/', 'file:///etc/passwd', 'javascript:1', 'https://evil.example/']) {
    expect(allowedLink(link)).toBeNull()
  }
})

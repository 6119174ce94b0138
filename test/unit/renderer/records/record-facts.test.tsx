// @vitest-environment jsdom
import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import type { CaptureInfo } from '#shared/model/capture.ts'
import type { RecordDetail } from '#shared/model/record.ts'
import { aggregate } from '../../../../electron/decode/kpl.ts'
import { decodeRecord } from '../../../../electron/decode/decode-record.ts'
import { Attributes } from '../../../../renderer/features/records/attributes-view.tsx'
import { Head } from '../../../../renderer/features/records/inspector.tsx'
import { DecodeTrace } from '../../../../renderer/features/records/decode-trace.tsx'

afterEach(cleanup)

const detail: RecordDetail = {
  id: 1,
  shardId: 'shardId-000000000008',
  sequenceNumber: '49590338271490256608559690327376482433038760522494771330',
  subsequence: 2,
  arrival: 0,
  partitionKey: 'anna',
  size: 3,
  explicitHashKey: null,
  tags: [],
  hash: '0'.repeat(32),
  outsideShard: false,
  dataBase64: '',
  dataTruncated: false,
  text: null,
  textTruncated: false,
  format: 'binary',
  steps: [],
}
const capture = { streamArn: 'arn', endpoint: null, region: 'eu-west-1' } as CaptureInfo

/** What stands beside each name, in their order. */
const attributes = (): [string, string][] =>
  within(screen.getByRole('region', { name: 'Attributes' }))
    .getAllByRole('term')
    .map((term) => [term.textContent, term.nextElementSibling?.textContent ?? ''])

const head = (outsideShard: boolean) => <Head detail={{ ...detail, outsideShard, explicitHashKey: 'no\u202enumber' }} shardSteps={new Map()} onClose={() => {}} />

test('tags of a KPL record stand among its attributes, hostile ones as inert text', () => {
  const tags = [{ key: 'trace', value: 't-1' }, { key: 'trace', value: '' }, { key: '\u202e\u001b[2J', value: null }, { key: 'x', value: '<img src=x>\u202e' }]
  render(<Attributes detail={{ ...detail, tags }} capture={capture} />)
  expect(attributes().filter(([name]) => name.startsWith('Tag'))).toEqual([
    ['Tag trace', 't-1'],
    ['Tag trace', 'empty'],
    [String.raw`Tag \u202e\u001b[2J`, 'no value'],
    ['Tag x', String.raw`<img src=x>\u202e`],
  ])
  expect(document.querySelector('img')).toBeNull()
})

test('a record without tags has no word of them', () => {
  render(<Attributes detail={detail} capture={capture} />)
  expect(attributes().map(([name]) => name)).not.toContainEqual(expect.stringContaining('Tag'))
})

test('the trace of a damaged KPL aggregate says what is wrong with it', () => {
  const data = Buffer.from(aggregate([{ partitionKey: 'a', explicitHashKey: null, data: Buffer.from('x') }]))
  data[8]! ^= 1
  render(<DecodeTrace steps={decodeRecord(data).steps} />)
  const step = within(screen.getByRole('list', { name: 'Decoding' })).getByText('KPL aggregate').closest('li')
  expect(step?.textContent).toContain('is damaged: its MD5 checksum does not match its content')
  expect(step?.className).toContain('records-step-failed')
})

test('a record of an aggregate whose key is of another shard says what that means', () => {
  const { rerender } = render(head(true))
  expect(screen.getByText(/key belongs to another shard .* KCL never see\s+this record/)).toBeTruthy()
  // An aggregate may carry any text as a hash key.
  expect(screen.getByText(String.raw`no\u202enumber`)).toBeTruthy()
  rerender(head(false))
  expect(screen.queryByText(/another shard/)).toBeNull()
})

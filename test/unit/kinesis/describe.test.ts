import { describe, expect, it } from 'vitest'
import { describeStream, listStreams, parseStream } from '../../../electron/kinesis/describe.ts'
import { scriptedKinesis, sdkError } from '../../fakes/scripted-kinesis.ts'
import { createVirtualClock } from '../../fakes/virtual-clock.ts'

const ARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders'

describe('the name of a stream', () => {
  it('is a name or an ARN', () => {
    expect(parseStream('orders')).toEqual({ name: 'orders', arn: null, region: null, account: null })
    expect(parseStream(` ${ARN} `)).toEqual({ name: 'orders', arn: ARN, region: 'eu-west-1', account: '123456789012' })
    expect(parseStream('arn:aws-us-gov:kinesis:us-gov-west-1:123456789012:stream/a.b-c_d').name).toBe('a.b-c_d')
  })

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['or ders', '1 to 128'],
    ['é', '1 to 128'],
    ['x'.repeat(129), '1 to 128'],
    ['arn:aws:kinesis', 'six parts'],
    ['arn:aws:kinesis:eu-west-1:123456789012', 'six parts'],
    ['orders:eu-west-1', 'six parts'],
    ['arn:azure:kinesis:eu-west-1:123456789012:stream/orders', 'partition'],
    ['arn:aws:s3:eu-west-1:123456789012:stream/orders', 'not of kinesis'],
    ['arn:aws:kinesis::123456789012:stream/orders', 'region'],
    ['arn:aws:kinesis:eu-west-1:1234:stream/orders', '12 digits'],
    ['arn:aws:kinesis:eu-west-1:123456789012:table/orders', 'stream/'],
    ['arn:aws:kinesis:eu-west-1:123456789012:stream/', 'name at its end'],
    [`${ARN}/consumer/me:1`, 'consumer'],
    ['\u001b[31m\u202eevil', '1 to 128'],
  ])('refuses %j with a sentence', (text, why) => {
    expect(() => parseStream(text)).toThrowError(expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(why) }))
    try {
      parseStream(text)
    } catch (error) {
      expect((error as Error).message).not.toContain('\u001b')
      expect((error as Error).message).not.toContain('\u202e')
      expect((error as Error).message.length).toBeLessThan(400)
    }
  })
})

const summary = (name: string) => ({ StreamName: name, StreamARN: `arn:aws:kinesis:eu-west-1:123456789012:stream/${name}`, StreamStatus: 'ACTIVE', StreamModeDetails: { StreamMode: 'ON_DEMAND' } })

const sdkShard = (n: number, isClosed = false) => ({
  ShardId: `s${n}`,
  HashKeyRange: { StartingHashKey: '0', EndingHashKey: '9' },
  SequenceNumberRange: { StartingSequenceNumber: '1', ...(isClosed ? { EndingSequenceNumber: '2' } : {}) },
})

describe('listing streams', () => {
  it('takes all pages and starts again after the last name when a token expired', async () => {
    const clock = createVirtualClock()
    const client = scriptedKinesis(clock, {
      ListStreams: [
        { StreamNames: ['b', 'a'], StreamSummaries: [summary('b'), summary('a')], HasMoreStreams: true, NextToken: 't' },
        sdkError('ExpiredNextTokenException'),
        sdkError('LimitExceededException'),
        { StreamNames: ['c'], StreamSummaries: [summary('c')], HasMoreStreams: false },
      ],
    })
    const streams = await listStreams(client, undefined, clock)
    expect(streams.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(streams[0]).toMatchObject({ account: '123456789012', region: 'eu-west-1', mode: 'ON_DEMAND', status: 'ACTIVE' })
    expect(client.inputs('ListStreams')[2]).toMatchObject({ ExclusiveStartStreamName: 'a' })
  })

  it('asks about each name where a server lists names only, and leaves out one that is gone', async () => {
    const clock = createVirtualClock()
    const client = scriptedKinesis(clock, {
      ListStreams: [{ StreamNames: ['a', 'b'], HasMoreStreams: true }, { StreamNames: ['c'], HasMoreStreams: false }],
      DescribeStreamSummary: ({ StreamName }) =>
        StreamName === 'b' ? sdkError('ResourceNotFoundException') : { StreamDescriptionSummary: summary(String(StreamName)) },
    })
    expect((await listStreams(client, undefined, clock)).map(({ name }) => name)).toEqual(['a', 'c'])
  })

  it('does not go round in circles with a server that always has more', async () => {
    const clock = createVirtualClock()
    const client = scriptedKinesis(clock, { ListStreams: () => ({ StreamNames: ['a'], StreamSummaries: [summary('a')], HasMoreStreams: true }) })
    expect(await listStreams(client, undefined, clock)).toHaveLength(1)
  })
})

describe('describing a stream', () => {
  it('pages all shards and starts again after the last one when a token expired', async () => {
    const clock = createVirtualClock()
    const client = scriptedKinesis(clock, {
      DescribeStreamSummary: [{ StreamDescriptionSummary: { ...summary('orders'), RetentionPeriodHours: 48, StreamCreationTimestamp: new Date(5), EncryptionType: 'KMS', KeyId: 'alias/k', ConsumerCount: 2 } }],
      ListShards: [{ Shards: [sdkShard(1, true)], NextToken: 't' }, sdkError('ExpiredNextTokenException'), { Shards: [sdkShard(2)] }],
    })
    const detail = await describeStream(client, 'orders', undefined, clock)
    expect(detail).toMatchObject({ name: 'orders', openShards: 1, closedShards: 1, retentionHours: 48, encryption: 'KMS', encryptionKey: 'alias/k', consumers: 2, createdAt: 5, maxRecordBytes: 1048576 })
    expect(client.inputs('ListShards')[1]).toEqual({ NextToken: 't' })
    expect(client.inputs('ListShards')[2]).toMatchObject({ ExclusiveStartShardId: 's1' })
  })

  it('refuses a malformed ARN before anything is sent', async () => {
    const client = scriptedKinesis(createVirtualClock(), {})
    await expect(describeStream(client, 'arn:aws:kinesis:oops')).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(client.calls).toEqual([])
  })
})

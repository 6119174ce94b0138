import type * as sdk from '@aws-sdk/client-kinesis'

/** Every operation that the SDK has a command for; grows with the SDK, and then the table below does not compile. */
export type Operation = keyof typeof sdk extends infer Name ? (Name extends `${infer Stem}Command` ? (Stem extends '$' ? never : Stem) : never) : never

/** `write` is whatever changes a stream, its records, its settings, or costs money by being registered. */
export type Effect = 'read' | 'write'

/** All 45 operations of Kinesis Data Streams (`@aws-sdk/client-kinesis` 3.1143.0), classified once for the write guard. */
export const operations = {
  AddTagsToStream: 'write',
  CreateChannel: 'write',
  CreateStream: 'write',
  DecreaseStreamRetentionPeriod: 'write',
  DeleteChannel: 'write',
  DeleteResourcePolicy: 'write',
  DeleteStream: 'write',
  DeregisterStreamConsumer: 'write',
  DescribeAccountSettings: 'read',
  DescribeChannel: 'read',
  DescribeLimits: 'read',
  DescribeStream: 'read',
  DescribeStreamConsumer: 'read',
  DescribeStreamSummary: 'read',
  DisableEnhancedMonitoring: 'write',
  EnableEnhancedMonitoring: 'write',
  GetRecords: 'read',
  GetResourcePolicy: 'read',
  GetShardIterator: 'read',
  IncreaseStreamRetentionPeriod: 'write',
  ListChannels: 'read',
  ListShards: 'read',
  ListStreamConsumers: 'read',
  ListStreams: 'read',
  ListTagsForResource: 'read',
  ListTagsForStream: 'read',
  MergeShards: 'write',
  PutRecord: 'write',
  PutRecords: 'write',
  PutResourcePolicy: 'write',
  RegisterStreamConsumer: 'write',
  RemoveTagsFromStream: 'write',
  SplitShard: 'write',
  StartStreamEncryption: 'write',
  StopStreamEncryption: 'write',
  SubscribeToShard: 'read',
  TagResource: 'write',
  UntagResource: 'write',
  UpdateAccountSettings: 'write',
  UpdateChannel: 'write',
  UpdateMaxRecordSize: 'write',
  UpdateShardCount: 'write',
  UpdateStreamMode: 'write',
  UpdateStreamRecordDistributionStrategy: 'write',
  UpdateStreamWarmThroughput: 'write',
} as const satisfies Record<Operation, Effect>

/** What an operation does, by its name. One that the table does not know counts as a write: the guard fails closed. */
export const effectOf = (operation: string): Effect => (Object.hasOwn(operations, operation) ? operations[operation as Operation] : 'write')

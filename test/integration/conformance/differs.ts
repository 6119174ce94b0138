import type { SubjectName } from './subject.ts'

/** A case that a server does not pass, and is not expected to: what it does instead, and how the case fails there. */
export interface Difference {
  does: string
  /** The case must fail, with this; when it passes one day this entry goes. */
  fails: RegExp
}

const CLOCK = /clock can’t be moved/

/**
 * Where a server differs from Kinesis as the facts have it. The model may not be in here: where it was wrong it was mended.
 */
export const differs: Record<SubjectName, Record<string, Difference>> = {
  'the model': {},
  'kinesis-local': {
    'an iterator that is none is InvalidArgumentException': { does: 'answers with an error that has no name', fails: /expected 'Unknown'/ },
    'a sequence number of another shard is InvalidArgumentException': { does: 'takes the sequence number of any shard', fails: /expected 'not refused'/ },
    'a sequence number of another stream is InvalidArgumentException': { does: 'takes the sequence number of any stream', fails: /expected 'not refused'/ },
    'an iterator expires after five minutes, whether it was used or not': { does: 'its clock can’t be moved; it reads the time of an iterator nowhere', fails: CLOCK },
    'a token of ListShards expires after 300 s': { does: 'its clock can’t be moved', fails: CLOCK },
    'records leave a shard with the retention, and a closed shard the listing': { does: 'its clock can’t be moved', fails: CLOCK },
    'the sixth GetRecords of a second is throttled, and the sixth GetShardIterator': { does: 'throttles no reader', fails: /length of 1 but got \+?0/ },
    'a shard takes 1 MiB a second: what is over it fails by itself, the rest of the request does not': { does: 'throttles no writer', fails: /expected \+?0 to be 2/ },
    'a key has 256 Unicode characters, however many units they take': { does: 'counts UTF-16 units', fails: /'InvalidArgumentException' to be 'not refused'/ },
    'a hash key that is no number is refused': { does: 'answers with an error that has no name', fails: /expected 'Unknown'/ },
    'a record whose data is over 1 MiB has its whole request refused': { does: 'looks at the size of a record in PutRecord only', fails: /expected 'not refused'/ },
    'the key counts with the data of a record': { does: 'counts the data alone', fails: /expected 'not refused'/ },
    'a request without entries is refused': { does: 'answers with no entries', fails: /expected 'not refused'/ },
    'over 500 entries and over 10 MiB are refused': { does: 'takes any number of entries and bytes', fails: /expected 'not refused'/ },
    'a shard’s starting sequence number comes after its parents’ records and before its own, after a split and after a merge': {
      does: 'lists a merged shard with the starting sequence number of its parent',
      fails: /of a merged shard/,
    },
    'a closed shard’s ending sequence number comes after its records and before its children': { does: 'ends every shard at 9223372036854775807', fails: /expected false to be true/ },
    'DescribeStreamSummary tells the largest record that the stream takes': { does: 'does not tell it', fails: /expected undefined to be 1024/ },
    'consumers are listed in pages': { does: 'gives the first page again', fails: /to deeply equal/ },
    'an unknown shard is ResourceNotFoundException for a subscription': { does: 'subscribes to a shard that there is not', fails: /expected 'not refused'/ },
    'a subscription refuses a time in the future and a sequence number that is none': { does: 'takes them', fails: /expected 'not refused'/ },
    'at the shard’s end come its last records, no continuation and its children': { does: 'never tells the end of a shard to a subscription', fails: /events without the end/ },
    'nothing comes after the shard’s end: the subscription is over': { does: 'never tells the end of a shard to a subscription', fails: /continuation: null/ },
    'a later one takes over, and the old one ends or fails with ResourceInUseException': { does: 'its clock can’t be moved', fails: CLOCK },
    'a subscription ends after five minutes': { does: 'its clock can’t be moved', fails: CLOCK },
    'ListStreams tells summaries with ARN, state and mode': { does: 'lists names only', fails: /expected undefined to match/ },
  },
}

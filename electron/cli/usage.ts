import { LEAST_RING } from '#shared/model/capture.ts'
import { byteSize } from './wording.ts'

/** What a command takes: its arguments (those in brackets may be left out) and its own options. */
export interface Signature {
  readonly arguments: readonly string[]
  readonly options: readonly string[]
  readonly required: readonly string[]
  /** One line for the list of commands. */
  readonly summary: string
  /** How it is written, and what to know. */
  readonly usage: string
  readonly about: string
}

const from = `  --from WHERE         trim_horizon, latest (the default) or a time`
const fanOut = `  --fan-out            read by enhanced fan-out: registers a consumer with the stream, which is a write and
                       costs money, and removes it at the end`

export const signatures = {
  streams: {
    arguments: [],
    options: [],
    required: [],
    summary: 'list the streams',
    usage: 'streams',
    about: `Prints a line for each stream:
  {account, region, name, arn, status, mode, openShards, retentionHours, encryption}`,
  },
  capture: {
    arguments: ['STREAM'],
    options: ['out', 'from', 'until', 'max-records', 'max-bytes', 'filter', 'keep-at-most', 'fan-out'],
    required: ['out'],
    summary: 'read a stream into a capture file',
    usage: 'capture STREAM --out FILE [--from WHERE] [--until WHEN] [--max-records N]\n         [--max-bytes SIZE] [--filter QUERY] [--keep-at-most SIZE] [--fan-out]',
    about: `${from}
  --until WHEN         now (each shard up to its tip at the start), a time, or a duration such as
                       30s, 10m or 1h30m; without it, until Ctrl-C
  --max-records N      stop after N records
  --max-bytes SIZE     stop after so much payload: bytes, or with KiB, MiB or GiB
  --filter QUERY       store only the records that match, as "search" would find them; the others are counted
  --keep-at-most SIZE  keep no more than this, at least ${byteSize(LEAST_RING)}: the oldest records go first
${fanOut}
A FILE that holds a capture of this stream is continued where it ended; of another stream, it is refused.
Ctrl-C ends it cleanly. Prints at the end:
  {file, records, bytes, filtered, shards, gaps, firstArrival, lastArrival, state}`,
  },
  tail: {
    arguments: ['STREAM'],
    options: ['from', 'fan-out'],
    required: [],
    summary: 'print records as they arrive, until interrupted',
    usage: 'tail STREAM [--from WHERE] [--fan-out]',
    about: `${from}
${fanOut}
Prints records as "search" does.`,
  },
  search: {
    arguments: ['FILE', '[QUERY]'],
    options: ['limit', 'order', 'count'],
    required: [],
    summary: 'print the records of a capture that a query matches',
    usage: 'search FILE [QUERY] [--limit N] [--order oldest|newest] [--count]',
    about: `  QUERY                words (case ignored) in the payload or the key, "a phrase", field.path:value with * and ?,
                       field:>5, field:[1 TO 9], _key _shard _seq _time _size, AND OR NOT ( )
  --limit N            print at most N records
  --order ORDER        oldest (the default) or newest first
  --count              print {count, scanned} instead
Prints a line for each record:
  {shardId, sequenceNumber, subsequence, arrival, partitionKey, explicitHashKey, data, encoding}
where encoding is utf8, or base64 if the bytes are no UTF-8; and tags: [{key, value}] of KPL records that have any.`,
  },
  replay: {
    arguments: ['FILE'],
    options: ['to', 'query', 'rate', 'speed', 'dry-run', 'confirm'],
    required: ['to'],
    summary: 'send the records of a capture into a stream',
    usage: 'replay FILE --to STREAM [--query Q] [--rate N | --speed X] [--dry-run] [--confirm STREAM-NAME]',
    about: `  --to STREAM          name or ARN of the target, of the account that the common options choose
  --query Q            only the records that match
  --rate N             N records a second
  --speed X            X times the original pace; without either, as fast as the target allows
  --dry-run            tell what would be sent, and send nothing
  --confirm NAME       the target's name, where it is the capture's own stream or a production stream
Partition keys and explicit hash keys are kept. Prints at the end:
  {planned, sent, acknowledged, failed, unknown}
where unknown ones were sent without an answer and may be stored. It ends with 1 unless all were acknowledged.`,
  },
  export: {
    arguments: ['FILE'],
    options: ['format', 'out', 'query'],
    required: ['format', 'out'],
    summary: 'write a capture as NDJSON or CSV',
    usage: 'export FILE --format ndjson|csv --out PATH [--query Q]',
    about: `  --format FORMAT      ndjson: exact, "import" reads it back. csv: for spreadsheets; a cell that one would
                       take for a formula gets an apostrophe in front
  --out PATH           a new file; one that exists is refused
  --query Q            only the records that match
Prints at the end: {file, records}`,
  },
  import: {
    arguments: ['PATH'],
    options: ['out', 'key'],
    required: ['out'],
    summary: 'make a capture of NDJSON',
    usage: 'import PATH --out FILE [--key FIELD.PATH]',
    about: `  --out FILE           a new capture; one that exists is refused
  --key FIELD.PATH     the lines are JSON values of any kind, with their partition key in this field;
                       without it they are records as "export" and "search" print them
Prints at the end: {file, records}`,
  },
  verify: {
    arguments: ['FILE'],
    options: [],
    required: [],
    summary: 'check that a capture is whole',
    usage: 'verify FILE',
    about: `Prints {ok, records, integrity, problems}, and ends with 1 if it is not.`,
  },
  salvage: {
    arguments: ['FILE'],
    options: ['out'],
    required: ['out'],
    summary: 'make a new capture of what can be read of a damaged one',
    usage: 'salvage FILE --out NEW',
    about: `  --out NEW            a new capture; one that exists is refused
FILE stays as it is. What can't be read of it is a gap in NEW, which can be continued. Prints at the end:
  {file, records, lost, gaps}
where lost ones are known to be missing. It ends with 1 if nothing can be read at all.`,
  },
  serve: {
    arguments: [],
    options: ['port', 'no-open', 'sandbox'],
    required: [],
    summary: 'show the console in a browser',
    usage: 'serve [--port N] [--no-open] [--sandbox]',
    about: `  --port N             a port of 127.0.0.1; a free one without it
  --no-open            do not open a browser
  --sandbox            start the embedded Kinesis with its demo traffic
Prints first: {url}`,
  },
} as const satisfies Record<string, Signature>

export type CommandName = keyof typeof signatures
export const commandNames = Object.keys(signatures) as CommandName[]

export function isCommand(name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(signatures, name)
}

const commonOptions = `Options of every command:
  --profile NAME       profile of ~/.aws (default: AWS_PROFILE, or what the environment has)
  --region REGION      (default: AWS_REGION, AWS_DEFAULT_REGION, or the profile's)
  --endpoint URL       Kinesis at another address (default: AWS_ENDPOINT_URL_KINESIS, AWS_ENDPOINT_URL, or AWS's own);
                       one on this machine needs no credentials
  --account ID         twelve digits: the account of an embedded server at a loopback endpoint
  --data-dir DIR       where the library is kept
  --help, --version`

const footer = `STREAM is a name or an ARN. Times are ISO 8601, in UTC unless they say otherwise.
Results go to standard output, one JSON object a line; progress and messages go to standard error.
Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted.`

/** The text of `--help`, for all commands or for one. */
export function usageText(command: CommandName | null): string {
  if (command !== null) {
    const { usage, about } = signatures[command]
    return `Usage: kinescope ${usage}\n\n${about}\n\n${commonOptions}\n\n${footer}\n`
  }
  const lines = commandNames.map((name) => `  ${name.padEnd(10)}${signatures[name].summary}`)
  return `Usage: kinescope COMMAND …   (npm run -s kinescope -- COMMAND …)\n\n${lines.join('\n')}\n\n${commonOptions}\n\n${footer}\nCOMMAND --help shows more of a command.\n`
}

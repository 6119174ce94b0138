/** What was being done when something failed, for the sentence about it. */
export interface FailureContext {
  /** Completes "Could not …": `list the streams`, `write records`. An operation's name (`PutRecords`) will do. */
  action: string
  /** Name or ARN. */
  stream?: string
  /** Null: AWS's own. */
  endpoint?: string | null
  region?: string
  profile?: string | null
}

/** The parts of an error that are looked at, whoever made it. */
export interface ForeignError {
  name: string
  message: string
  /** Of Node's sockets and files: `ECONNREFUSED`. */
  code: string
  hostname: string | null
  /** AWS's own, or null where no answer came. */
  status: number | null
  requestId: string | null
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Reads an error that may be anything at all, also one whose properties throw. Happy Eyeballs' and wrapped errors are looked into. */
export const readError = (error: unknown): ForeignError => {
  try {
    return read(error, 0)
  } catch {
    return { name: '', message: '', code: '', hostname: null, status: null, requestId: null }
  }
}

const read = (error: unknown, depth: number): ForeignError => {
  if (typeof error !== 'object' || error === null) {
    return { name: '', message: typeof error === 'string' ? error : '', code: '', hostname: null, status: null, requestId: null }
  }
  const { name, message, code, hostname, errors, cause, $metadata } = error as Record<string, unknown>
  const metadata = ($metadata ?? {}) as Record<string, unknown>
  const own: ForeignError = {
    name: text(name),
    message: text(message),
    code: text(code),
    hostname: text(hostname) || null,
    status: typeof metadata['httpStatusCode'] === 'number' ? metadata['httpStatusCode'] : null,
    requestId: text(metadata['requestId']) || null,
  }
  if (own.code !== '' || own.status !== null || depth > 4) return own
  const inner = Array.isArray(errors) && errors.length > 0 ? (errors[0] as unknown) : cause
  if (inner === undefined || inner === null) return own
  const found = read(inner, depth + 1)
  return found.code === '' ? own : { ...found, name: own.name, requestId: own.requestId ?? found.requestId }
}

/** "Could not list the streams". */
export const couldNot = ({ action }: FailureContext): string => (/^[A-Z]\w+$/.test(action) ? `${action} failed` : `Could not ${action}`)

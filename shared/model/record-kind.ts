/** Names of fields that say what kind of thing a record is, in lower case: the first thing to know of it. */
export const KIND_FIELDS: ReadonlySet<string> = new Set(['type', 'eventtype', 'event', 'eventname', 'detail-type', 'kind', 'messagetype'])

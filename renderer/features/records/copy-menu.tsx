import type { CaptureInfo } from '#shared/model/capture.ts'
import type { RecordDetail } from '#shared/model/record.ts'
import { failureOf } from '../../data/failure.ts'
import { useConnections } from '../../data/hooks.ts'
import { connectionOf } from '../../data/sources.ts'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { Menu } from '../../ui/menu.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { base64Of } from './base64.ts'
import { ndjsonLine, putCommand, readCommand, recordPath } from './copy-as.ts'
import { wholeData } from './long-record.ts'

/** Data that a clipboard and a shell's command line take without harm, in bytes. */
const MOST_FOR_A_SHELL = 90_000

/** The record in the forms that other tools take. Bytes are copied whole, also where the screen shows a part. */
export function CopyMenu({ detail, text, capture }: { detail: RecordDetail; text: string | null; capture: CaptureInfo }) {
  const client = useClient()
  const connection = connectionOf(useConnections().value, capture.connectionId)
  const copy = async (what: string, of: (data: Uint8Array) => string) => {
    try {
      await copyText(of(await wholeData(client, capture.id, detail)), what)
    } catch (error) {
      showToast({ text: `${what} was not copied: ${failureOf(error).message}`, tone: 'warn' })
    }
  }
  const isTextWhole = text !== null && (!detail.textTruncated || text !== detail.text)
  return (
    <Menu
      label="Copy as"
      placement="top start"
      trigger={<Button iconAfter="down">Copy as</Button>}
      groups={[
        {
          title: 'Data',
          entries: [
            {
              id: 'text',
              label: detail.format === 'json' ? 'JSON text' : 'Text',
              isDisabled: text === null,
              ...(isTextWhole || text === null ? {} : { hint: 'the part shown' }),
              run: () => void copyText(text ?? '', detail.format === 'json' ? 'JSON' : 'Text'),
            },
            { id: 'base64', label: 'Base64', hint: 'as received', run: () => void copy('Base64', base64Of) },
            { id: 'ndjson', label: 'NDJSON line', run: () => void copy('NDJSON line', (data) => ndjsonLine(detail, data)) },
          ],
        },
        {
          title: 'AWS CLI',
          entries: [
            { id: 'read', label: 'Read this record', hint: 'get-records', run: () => void copyText(readCommand(detail, capture, connection), 'Command') },
            {
              id: 'put',
              label: 'Put it again',
              hint: 'put-record',
              isDisabled: detail.size > MOST_FOR_A_SHELL,
              run: () => void copy('Command', (data) => putCommand(detail, data, capture, connection)),
            },
          ],
        },
        {
          entries: [
            { id: 'link', label: 'Link to this record', run: () => void copyText(`${window.location.origin}${recordPath(detail, capture)}`, 'Link') },
          ],
        },
      ]}
    />
  )
}

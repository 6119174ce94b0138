import type { DemoRecord } from './demo-record.ts'

const record = (partitionKey: string, data: string | Uint8Array): DemoRecord => ({
  partitionKey,
  explicitHashKey: null,
  data: typeof data === 'string' ? Buffer.from(data) : data,
})

/** Records as every real stream has a few of: broken ones, and ones that want to be more than data. */
export const poison: readonly [DemoRecord, ...DemoRecord[]] = [
  record('poison-truncated', '{"type":"OrderPlaced","order":0,"customer":{"id":1,'),
  record('poison-utf8', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22, 0x7d])),
  record('poison-empty', ''),
  record('poison-blank', ' \n'),
  record('poison-nul', '{"note":"a\u0000b"}\u0000'),
  record('poison-bom', '\uFEFF{"note":"starts with a byte order mark"}'),
  record('poison-html', '{"note":"<script>alert(document.domain)</script>","image":"<img src=x onerror=alert(1)>","link":"javascript:alert(1)"}'),
  record('poison-<b>key</b>', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><text>not a picture</text></svg>'),
  record('poison-bidi', '{"file":"invoice\u202Efdp.exe","isolate":"\u2066admin\u2069","line":"one\u2028two"}'),
  record('poison-ansi', 'plain text with \u001B[31mred\u001B[0m and a bell\u0007, and \u001B]8;;https://example.com\u0007a link\u001B]8;;\u0007'),
  record('poison-formula', '{"name":"=HYPERLINK(\\"https://example.com\\",\\"open\\")","sum":"+1+1","at":"@SUM(A1)"}'),
  record('poison-twice', '{"order":1,"order":2,"total":1e400,"id":12345678901234567890123456789}'),
  // 256 characters as the API counts them: UTF-16 units.
  record('🚀'.repeat(128), '{"note":"the longest key, of rockets only"}'),
]

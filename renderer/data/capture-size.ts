import type { CaptureInfo } from '#shared/model/capture.ts'

/**
 * Bytes that a capture is said to have: its file's, and while it is written those of its records. The file then has a
 * log beside it that swells and shrinks from moment to moment.
 */
export const sizeOfCapture = ({ state, bytes, fileSize }: Pick<CaptureInfo, 'state' | 'bytes' | 'fileSize'>): number =>
  state === 'starting' || state === 'reading' || state === 'paused' ? bytes : fileSize

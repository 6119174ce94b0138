import { type CaptureInfo, isBeingRead } from '#shared/model/capture.ts'

/**
 * Bytes that a capture is said to have: its file's, and while it is written those of its records. The file then has a
 * log beside it that swells and shrinks from moment to moment.
 */
export const sizeOfCapture = (capture: Pick<CaptureInfo, 'state' | 'bytes' | 'fileSize'>): number => (isBeingRead(capture) ? capture.bytes : capture.fileSize)

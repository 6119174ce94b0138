import { showToast } from './toasts.tsx'

/** Puts text on the clipboard and says so: `copyText(arn, 'ARN')` shows "ARN copied". */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    showToast({ text: `${what} copied`, tone: 'ok', lifeMs: 2000 })
  } catch {
    showToast({ text: `${what} was not copied: the browser refused. Select the text and copy it by hand.`, tone: 'warn' })
  }
}

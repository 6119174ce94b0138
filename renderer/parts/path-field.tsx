import type { ReactNode } from 'react'
import { failureOf } from '../data/failure.ts'
import { useCapabilities } from '../data/hooks.ts'
import { useClient } from '../platform/client.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/text-field.tsx'
import { showToast } from '../ui/toasts.tsx'
import './path-field.css'

export interface PathFieldProps {
  label: string
  value: string
  onChange: (path: string) => void
  /** Suggested file name for the native save dialog; without it there is none. */
  saveAs?: string
  description?: ReactNode
  takesFocus?: boolean
}

/** A path on the machine where Kinescope runs, with a native dialog where the host has one. */
export function PathField({ label, value, onChange, saveAs, description, takesFocus = false }: PathFieldProps) {
  const client = useClient()
  const hasDialogs = useCapabilities().data?.fileDialogs === true
  const choose = async (suggested: string) => {
    try {
      const picked = await client.host.pickSavePath({ suggested })
      if (picked !== null) onChange(picked.path)
    } catch (error) {
      showToast({ text: failureOf(error).message, tone: 'warn' })
    }
  }
  return (
    <div className="path-field">
      <TextField label={label} value={value} onChange={onChange} mono size={32} takesFocus={takesFocus} maxLength={4096} {...(description === undefined ? {} : { description })} />
      {hasDialogs && saveAs !== undefined && (
        <Button size={32} onPress={() => void choose(saveAs)}>
          Choose…
        </Button>
      )}
    </div>
  )
}

import { useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import type { Failure } from '#shared/model/error.ts'
import { Button } from '../ui/button.tsx'
import { SalvageDialog } from './salvage-dialog.tsx'

/** The way out of a damaged capture, beside the failure that says so; of any other failure there is none. */
export function SalvageButton({ failure, path, onOpened }: { failure: Failure; path: string | undefined; onOpened?: () => void }) {
  const navigate = useNavigate()
  const [isOpen, setOpen] = useState(false)
  if (failure.code !== 'damaged-capture' || path === undefined) return null
  return (
    <>
      <Button onPress={() => setOpen(true)}>Salvage into a new capture…</Button>
      {isOpen && (
        <SalvageDialog
          path={path}
          onClose={() => setOpen(false)}
          onOpened={(id) => {
            onOpened?.()
            void navigate({ to: '/captures/$id', params: { id } })
          }}
        />
      )}
    </>
  )
}

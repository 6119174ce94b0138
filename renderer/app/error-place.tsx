import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { Fault } from './error-boundary.tsx'

/** The last resort, when the shell itself fails. */
export function ErrorPlace({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <main className="app-fault">
      <Fault error={error} onRetry={() => { reset(); void router.invalidate() }} />
    </main>
  )
}

import type { CaptureState } from '#shared/model/capture.ts'
import { useMutation } from '@tanstack/react-query'
import { useCommand } from '../../commands/use-command.ts'
import { failureOf } from '../../data/failure.ts'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { showToast } from '../../ui/toasts.tsx'

/** Pauses and resumes reading. What is paused is read later: nothing is lost while the stream keeps it. */
export function LiveButton({ captureId, state }: { captureId: string; state: CaptureState }) {
  const client = useClient()
  const isPaused = state === 'paused'
  const isRunning = state === 'reading' || state === 'starting'
  const toggle = useMutation({
    mutationFn: () => (isPaused ? client.captures.resume({ id: captureId }) : client.captures.pause({ id: captureId })),
    onError: (error) => showToast({ text: failureOf(error).message, tone: 'warn' }),
  })
  const run = () => toggle.mutate()
  useCommand({ id: 'records.pause', title: isPaused ? 'Go on reading' : 'Pause reading', key: 'space', group: 'Records', run, when: () => isPaused || isRunning })
  if (!isPaused && !isRunning) return null
  return (
    <Button variant={isRunning ? 'primary' : 'default'} icon={isRunning ? 'pause' : 'play'} aria-label={isRunning ? 'Live: pause reading' : 'Paused: go on reading'} onPress={run}>
      {isRunning ? 'Live' : 'Paused'}
    </Button>
  )
}

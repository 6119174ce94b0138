import { useMutation } from '@tanstack/react-query'
import { type CaptureInfo, isBeingRead } from '#shared/model/capture.ts'
import { failureOf } from '../../data/failure.ts'
import { useClient } from '../../platform/client.ts'
import { Button } from '../../ui/button.tsx'
import { showToast } from '../../ui/toasts.tsx'

/** Ends reading: a view goes with it, what has a name stays. */
export function useStop() {
  const client = useClient()
  return useMutation({
    mutationFn: async ({ id, name }: Pick<CaptureInfo, 'id' | 'name'>) => {
      if (name === null) await client.captures.close({ id })
      else await client.captures.stop({ id })
    },
    onError: (error) => showToast({ text: failureOf(error).message, tone: 'warn' }),
  })
}

/** Pauses reading, or goes on with it. */
export function usePause() {
  const client = useClient()
  return useMutation({
    mutationFn: ({ id, state }: Pick<CaptureInfo, 'id' | 'state'>) => (state === 'paused' ? client.captures.resume({ id }) : client.captures.pause({ id })),
    onError: (error) => showToast({ text: failureOf(error).message, tone: 'warn' }),
  })
}

export function PauseButton({ capture }: { capture: Pick<CaptureInfo, 'id' | 'state'> }) {
  const pause = usePause()
  return isBeingRead(capture) ? <Button onPress={() => pause.mutate(capture)}>{capture.state === 'paused' ? 'Go on' : 'Pause'}</Button> : null
}

export function StopButton({ capture }: { capture: Pick<CaptureInfo, 'id' | 'name' | 'state'> }) {
  const stop = useStop()
  return isBeingRead(capture) ? (
    <Button isPending={stop.isPending} onPress={() => stop.mutate(capture)}>
      Stop
    </Button>
  ) : null
}

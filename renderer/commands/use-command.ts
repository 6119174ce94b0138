import { useEffect, useRef } from 'react'
import { register, type Command } from './registry.ts'

/**
 * A view's command, for as long as it is mounted: in the palette, on its key, and in the cheat sheet.
 * `useCommand({ id: 'capture.keep', title: 'Keep this capture', key: 'c', group: 'Records', run: keep })`
 */
export function useCommand(command: Command): void {
  const latest = useRef(command)
  useEffect(() => {
    latest.current = command
  })
  const { id, title, group, inFields, keyOnly } = command
  const key = command.key === undefined ? undefined : typeof command.key === 'string' ? command.key : command.key.join('\n')
  useEffect(
    () =>
      register({
        id,
        title,
        key: key?.split('\n'),
        group,
        inFields,
        keyOnly,
        run: () => latest.current.run(),
        when: () => latest.current.when?.() ?? true,
      }),
    [id, title, key, group, inFields, keyOnly],
  )
}

import { use, useEffect, useRef } from 'react'
import { CommandScope } from './command-scope.ts'
import { register, type Command } from './registry.ts'

/**
 * A view's command, for as long as it is mounted and in front: in the palette, on its key, and in the cheat sheet.
 * `useCommand({ id: 'capture.keep', title: 'Keep this capture', key: 'c', group: 'Records', run: keep })`
 */
export function useCommand(command: Command): void {
  const latest = useRef(command)
  useEffect(() => {
    latest.current = command
  })
  const inFront = use(CommandScope)
  const { id, title, group, inFields, keyOnly } = command
  const key = command.key === undefined ? undefined : typeof command.key === 'string' ? command.key : command.key.join('\n')
  useEffect(
    () =>
      !inFront ? undefined : register({
        id,
        title,
        key: key?.split('\n'),
        group,
        inFields,
        keyOnly,
        run: () => latest.current.run(),
        when: () => latest.current.when?.() ?? true,
      }),
    [id, title, key, group, inFields, keyOnly, inFront],
  )
}

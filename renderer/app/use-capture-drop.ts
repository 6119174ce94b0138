import { useEffect, useState } from 'react'

/** A capture file that is dropped anywhere: its name, as a page is not told its path. `isOver` while it hovers. */
export function useCaptureDrop(onDrop: (name: string) => void): boolean {
  const [isOver, setIsOver] = useState(false)
  useEffect(() => {
    const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
    const onDragOver = (event: DragEvent): void => {
      if (!hasFile(event)) return
      event.preventDefault()
      setIsOver(true)
    }
    const onDragLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setIsOver(false)
    }
    const onDropped = (event: DragEvent): void => {
      if (!hasFile(event)) return
      event.preventDefault()
      setIsOver(false)
      const name = event.dataTransfer?.files[0]?.name
      if (name !== undefined) onDrop(name)
    }
    document.addEventListener('dragover', onDragOver)
    document.addEventListener('dragleave', onDragLeave)
    document.addEventListener('drop', onDropped)
    return () => {
      document.removeEventListener('dragover', onDragOver)
      document.removeEventListener('dragleave', onDragLeave)
      document.removeEventListener('drop', onDropped)
    }
  }, [onDrop])
  return isOver
}

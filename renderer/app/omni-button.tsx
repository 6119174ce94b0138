import { Button } from '../ui/button.tsx'

/** The door to everything: looks like a field, opens the palette. */
export function OmniButton({ onPress }: { onPress: () => void }) {
  return <Button className="omni" icon="search" kbd="mod+k" onPress={onPress}><span className="omni-words">Streams, captures, commands</span></Button>
}

import { useId, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { regionPattern } from './region-pattern.ts'

/** Asks for what a profile without a region lacks. */
export function RegionDialog({ profile, onRegion, onClose }: { profile: string; onRegion: (region: string) => void; onClose: () => void }) {
  const [region, setRegion] = useState('')
  const form = useId()
  const isGood = regionPattern.test(region.trim())
  return (
    <Dialog
      title={`Region for ${profile}`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button size={32} onPress={onClose}>Cancel</Button>
          <Button size={32} variant="primary" isDisabled={!isGood} onPress={() => onRegion(region.trim())}>Connect</Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => { event.preventDefault(); if (isGood) onRegion(region.trim()) }}>
        <TextField label="Its section in ~/.aws/config names no region" placeholder="eu-west-1" value={region} onChange={setRegion} mono size={32} takesFocus />
      </form>
    </Dialog>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Connection, Profile } from '#shared/model/connection.ts'
import type { Failure } from '#shared/model/error.ts'
import { failureOf } from '../../data/failure.ts'
import { useClient } from '../../platform/client.ts'
import { EnvironmentMark } from '../../ui/environment-mark.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Icon } from '../../ui/icon.tsx'
import { ListButton } from '../../ui/list-button.tsx'
import { inOrder, profileDetail, profileState } from './profile-words.ts'
import { RegionDialog } from './region-dialog.tsx'

/** Profiles of ~/.aws. Picking one adds its connection; only then is anything called. */
export function useProfiles() {
  const client = useClient()
  return useQuery({ queryKey: ['profiles'], queryFn: ({ signal }) => client.connections.profiles(undefined, { signal }), retry: false })
}

export function ProfileList({ profiles, connections, onConnected }: { profiles: readonly Profile[]; connections: readonly Connection[]; onConnected: (connection: Connection) => void }) {
  const client = useClient()
  const [pending, setPending] = useState<string | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [asking, setAsking] = useState<Profile | null>(null)

  const connect = async (profile: Profile, region: string | null): Promise<void> => {
    setAsking(null)
    setPending(profile.name)
    setFailure(null)
    try {
      onConnected(await client.connections.add({ kind: 'profile', profile: profile.name, region }))
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setPending(null)
    }
  }
  return (
    <>
      {failure && <ErrorNote failure={failure} layout="line" />}
      <ul className="profiles" aria-label="Profiles">
        {inOrder(profiles).map((profile) => {
          const known = connections.find((connection) => connection.kind === 'profile' && connection.profile === profile.name)
          const pick = (): void => {
            if (known) onConnected(known)
            else if (profile.region === null) setAsking(profile)
            else void connect(profile, null)
          }
          return (
            <li key={profile.name}>
              <ListButton className="profile" isDisabled={profile.kind === 'unusable'} isPending={pending === profile.name} onPress={pick}>
                <span className="profile-words">
                  <span className="profile-name ellipsis">{profile.name}</span>
                  <span className="profile-detail ellipsis" title={profile.problem ?? undefined}>{profileDetail(profile)}</span>
                </span>
                <EnvironmentMark environment={profile.environment} />
                <span className="profile-state">
                  {profile.readOnly && !known && profile.kind !== 'unusable' && <Icon name="lock" size={12} />}
                  {pending === profile.name ? 'Connecting…' : profileState(profile, known !== undefined)}
                </span>
                <Icon name="forward" />
              </ListButton>
            </li>
          )
        })}
      </ul>
      {asking && <RegionDialog profile={asking.name} onClose={() => setAsking(null)} onRegion={(region) => void connect(asking, region)} />}
    </>
  )
}

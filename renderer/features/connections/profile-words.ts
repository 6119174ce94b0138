import type { Profile } from '#shared/model/connection.ts'

const numbers = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten']

/** "Four profiles found in ~/.aws/config. Nothing is called until you pick one." parted at the file's name. */
export function profilesFound(count: number): [string, string] {
  return [
    `${numbers[count] ?? count} ${count === 1 ? 'profile' : 'profiles'} found in `,
    count === 0 ? '.' : `. Nothing is called until you pick ${count === 1 ? 'it' : 'one'}.`,
  ]
}

const rank = (profile: Profile): number => (profile.kind === 'unusable' ? 2 : profile.name === 'default' ? 0 : 1)

/** The default one first, and last those that lead nowhere: between them the file's order. */
export function inOrder(profiles: readonly Profile[]): Profile[] {
  return profiles.toSorted((one, other) => rank(one) - rank(other))
}

/** A file below a home folder as people write it: ~/.aws/config. */
export function underHome(file: string): string {
  return file.replace(/^(?:\/root|\/(?:home|Users)\/[^/]+|[A-Z]:\\Users\\[^\\]+)(?=[/\\]\.aws[/\\])/, '~')
}

/** Region and way to its credentials: "eu-west-1, role/Dev by SSO"; for one that leads nowhere, why. */
export function profileDetail(profile: Profile): string {
  return profile.problem ?? `${profile.region ?? 'no region set'}, ${profile.detail}`
}

const words: Record<Profile['kind'], string> = {
  keys: 'Access key',
  role: 'Role',
  sso: 'SSO',
  process: 'Process',
  'web-identity': 'Web identity',
  unusable: 'Not usable',
}

/** The short word at the row's end. */
export function profileState(profile: Profile, isConnected: boolean): string {
  if (isConnected) return 'Connected'
  return profile.readOnly && profile.kind !== 'unusable' ? 'Read-only' : words[profile.kind]
}

import type { KinesisClient } from '@aws-sdk/client-kinesis'
import type { AwsCredentialIdentityProvider } from '@aws-sdk/types'
import type { Connection, NewConnection } from '#shared/model/connection.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { createKinesisClient } from '../accounts/kinesis-client.ts'
import { credentialsFor } from '../accounts/credentials.ts'
import { guessEnvironment, readProfiles } from '../accounts/profiles.ts'
import type { Catalog } from '../store/catalog.ts'
import { Watched } from './watched.ts'

/**
 * All ways to reach Kinesis: saved ones, the sandbox while it runs, and those that only
 * this process knows (the CLI's). One client each, made when it is first needed.
 */
export class Connections {
  readonly watched: Watched<Connection[]>
  readonly #catalog: Catalog
  readonly #env: NodeJS.ProcessEnv
  readonly #transient = new Map<string, Connection>()
  readonly #clients = new Map<string, KinesisClient>()

  constructor(catalog: Catalog, env: NodeJS.ProcessEnv, transient: readonly Connection[]) {
    this.#catalog = catalog
    this.#env = env
    for (const connection of transient) this.#transient.set(connection.id, connection)
    this.watched = new Watched(this.list())
  }

  /** The sandbox last: it is a place to try things, not where the work is. */
  list(): Connection[] {
    return [...this.#catalog.listConnections(), ...this.#transient.values()]
  }

  get(id: string): Connection {
    const found = this.#transient.get(id) ?? this.#catalog.listConnections().find((connection) => connection.id === id)
    if (found === undefined) {
      throw new KinescopeError('not-found', `There is no connection "${id}".`, {
        action: id.startsWith('sandbox') ? 'Open the sandbox first.' : 'Add it again, or pick another one.',
      })
    }
    return found
  }

  /** Adds connections that live as long as this process: the sandbox's accounts. */
  addTransient(connections: readonly Connection[]): void {
    for (const connection of connections) this.#transient.set(connection.id, connection)
    this.watched.set(this.list())
  }

  /** The sandbox is gone: so are its accounts, and the clients that knew its port. */
  removeTransient(ids: readonly string[]): void {
    for (const id of ids) {
      this.#transient.delete(id)
      this.#clients.get(id)?.destroy()
      this.#clients.delete(id)
    }
    this.watched.set(this.list())
  }

  async add(wanted: NewConnection): Promise<Connection> {
    const connection = await this.#complete(wanted)
    this.#catalog.saveConnection(connection)
    this.watched.set(this.list())
    return connection
  }

  remove(id: string): void {
    this.get(id)
    this.#transient.delete(id)
    this.#catalog.removeConnection(id)
    this.#clients.get(id)?.destroy()
    this.#clients.delete(id)
    this.watched.set(this.list())
  }

  credentials(connection: Connection): AwsCredentialIdentityProvider {
    return credentialsFor(connection, this.#env)
  }

  client(id: string): KinesisClient {
    let client = this.#clients.get(id)
    if (client === undefined) {
      const connection = this.get(id)
      const { region, endpoint, readOnly } = connection
      client = createKinesisClient({ region, endpoint, readOnly, credentials: this.credentials(connection) })
      this.#clients.set(id, client)
    }
    return client
  }

  profiles() {
    return readProfiles(this.#env)
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy()
    this.#clients.clear()
    this.watched.end()
  }

  async #complete(wanted: NewConnection): Promise<Connection> {
    if (wanted.kind === 'endpoint') {
      const url = endpointUrl(wanted.endpoint)
      const environment = wanted.environment ?? guessEnvironment(wanted.label)
      return {
        id: this.#freeId(wanted.label),
        kind: 'endpoint',
        label: wanted.label,
        environment,
        region: wanted.region,
        endpoint: url.href.replace(/\/$/, ''),
        profile: null,
        accountId: wanted.accountId,
        readOnly: wanted.readOnly ?? environment === 'production',
      }
    }
    const { profiles } = await this.profiles()
    const profile = profiles.find(({ name }) => name === wanted.profile)
    if (profile === undefined) {
      throw new KinescopeError('credentials', `There is no profile "${wanted.profile}" in ~/.aws.`, { action: 'Pick one of the list, or add it with "aws configure".' })
    }
    const region = wanted.region ?? profile.region
    if (region === null) {
      throw new KinescopeError('invalid-argument', `The profile "${profile.name}" has no region.`, { action: 'Say which region to use.' })
    }
    const environment = wanted.environment ?? profile.environment
    return {
      id: this.#freeId(region === profile.region ? profile.name : `${profile.name}-${region}`),
      kind: 'profile',
      label: wanted.label ?? profile.name,
      environment,
      region,
      endpoint: profile.endpoint ?? null,
      profile: profile.name,
      accountId: null,
      readOnly: wanted.readOnly ?? (profile.readOnly || environment === 'production'),
    }
  }

  /** A slug that can stand in a URL and is not taken. */
  #freeId(label: string): string {
    const slug = label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 40) || 'connection'
    const taken = new Set(this.list().map(({ id }) => id))
    let id = slug
    for (let n = 2; taken.has(id) || id.startsWith('sandbox'); n++) id = `${slug}-${n}`.replace(/^sandbox/, 'box')
    return id
  }
}

/** The endpoint as a URL. Throws `invalid-argument` unless it is http(s) with no more than an origin. */
export function endpointUrl(text: string): URL {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new KinescopeError('invalid-argument', `"${text}" is not an http or https URL.`, { action: 'Give one like http://127.0.0.1:4567.' })
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new KinescopeError('invalid-argument', `The endpoint "${text}" has more than a scheme, a host and a port.`, { action: `Use ${url.origin}.` })
  }
  return url
}

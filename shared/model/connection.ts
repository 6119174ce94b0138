import { z } from 'zod'

export const Environment = z.enum(['production', 'staging', 'development', 'local'])
export type Environment = z.infer<typeof Environment>

/**
 * A way to reach Kinesis: one account in one region. `id` is stable and stands in URLs:
 * `sandbox-1`, `sandbox-2` for the embedded accounts, a slug for saved ones.
 */
export const Connection = z.object({
  id: z.string().min(1).max(128),
  kind: z.enum(['sandbox', 'endpoint', 'profile']),
  /** What the tree shows: "sandbox", "billing", "prod-eu". */
  label: z.string().min(1).max(200),
  environment: Environment,
  region: z.string().min(1).max(64),
  /** Endpoint URL, for `sandbox` and `endpoint`; null means AWS's own. */
  endpoint: z.string().nullable(),
  /** Profile of ~/.aws, for `profile`. */
  profile: z.string().nullable(),
  /** Twelve digits, where it is known without asking AWS. */
  accountId: z.string().nullable(),
  readOnly: z.boolean(),
})
export type Connection = z.infer<typeof Connection>

/** A profile found in ~/.aws; nothing has been called with it yet. */
export const Profile = z.object({
  name: z.string(),
  region: z.string().nullable(),
  /** How it gets its credentials, in words for the list: "access key", "role/Dev by SSO", … */
  kind: z.enum(['keys', 'role', 'sso', 'process', 'web-identity', 'unusable']),
  detail: z.string(),
  environment: Environment,
  readOnly: z.boolean(),
  /** Why it can't work, for `unusable`. */
  problem: z.string().nullable(),
  /** `endpoint_url` for Kinesis, where its section or its `services` section has one: a connection made from it goes there. */
  endpoint: z.string().nullable().optional(),
})
export type Profile = z.infer<typeof Profile>

/** What a person types to add a connection. */
export const NewConnection = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('endpoint'),
    label: z.string().min(1).max(200),
    endpoint: z.string().min(1).max(2048),
    region: z.string().min(1).max(64),
    /** A loopback endpoint takes placeholder keys; this selects the account of an embedded server. */
    accountId: z.string().regex(/^\d{12}$/).nullable(),
    environment: Environment.optional(),
    readOnly: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('profile'),
    profile: z.string().min(1).max(512),
    region: z.string().min(1).max(64).nullable(),
    label: z.string().min(1).max(200).optional(),
    environment: Environment.optional(),
    readOnly: z.boolean().optional(),
  }),
])
export type NewConnection = z.infer<typeof NewConnection>

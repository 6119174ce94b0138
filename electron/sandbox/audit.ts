import { iso, type Producer, toJson } from './demo-record.ts'
import type { Random } from './random.ts'

/** An audit trail: slow, small, one shard. */
export const createAudit = (random: Random): Producer => (now) => {
  const actor = random.pick(['agnes', 'bo', 'chidi', 'deploy-bot'])
  const text = toJson({
    actor: { name: actor, mfa: actor !== 'deploy-bot' },
    action: random.pick(['order.refund', 'user.login', 'user.lock', 'price.change', 'role.grant']),
    resource: `order/${random.int(4001, 9999)}`,
    outcome: random.weighted([['allowed', 9], ['denied', 1]]),
    sourceIp: `10.${random.int(0, 255)}.${random.int(0, 255)}.${random.int(1, 254)}`,
    requestId: random.uuid(),
    at: iso(now),
  })
  return { partitionKey: actor, explicitHashKey: null, data: Buffer.from(text) }
}

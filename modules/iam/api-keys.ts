import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import type { Permission } from '#platform/contract/route.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import type { ApiKey, NewApiKey } from './api-key-api.ts'
import { mintCredential } from './credentials.ts'
import { iamErrors } from './errors.ts'

const KEYS_MAX = 200
const ENDING = 4

/** A person who looks after keys. */
export type Keeper = Pick<Principal, 'can'> & { readonly userId: string }

interface Row {
  id: string
  name: string
  scopes: string[]
  networks: string[]
  state: ApiKey['state']
  user_id: string
  owner_name: string | null
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
  ending: string
  last_used_at: Date | null
  last_used_address: string | null
  old_ending: string | null
  old_until: Date | null
  old_used_at: Date | null
}

const KEYS = `
  select k.id, k.name, k.scopes, k.networks, k.user_id, u.name as owner_name, k.created_at, k.expires_at, k.revoked_at,
         case when k.revoked_at is not null then 'revoked' when k.expires_at <= now() then 'expired'
              when m.id is null or u.status <> 'active' then 'stopped' else 'active' end as state,
         s.ending, used.last_used_at, used.last_used_address,
         old.ending as old_ending, old.expires_at as old_until, old.last_used_at as old_used_at
  from iam.api_keys k
  join iam.api_key_secrets s on s.org_id = k.org_id and s.key_id = k.id and s.expires_at is null
  left join iam.users u on u.id = k.user_id
  left join iam.members m on m.org_id = k.org_id and m.user_id = k.user_id and m.status = 'active'
  left join lateral (
    select last_used_at, last_used_address from iam.api_key_secrets o
    where o.org_id = k.org_id and o.key_id = k.id and o.last_used_at is not null order by o.last_used_at desc limit 1
  ) used on true
  left join lateral (
    select ending, expires_at, last_used_at from iam.api_key_secrets o
    where o.org_id = k.org_id and o.key_id = k.id and o.expires_at > now()
    order by o.expires_at desc, o.created_at desc limit 1
  ) old on k.revoked_at is null
  where k.org_id = $1`

/** A page of the organization's keys, newest first; `before` is the id of the last key of the page before. */
export async function pageOfApiKeys(
  ctx: Context,
  page: { limit: number; before: string | undefined },
): Promise<{ items: ApiKey[]; nextCursor: string | null }> {
  const result = await ctx.db.query<Row>(
    `${KEYS} and ($2::uuid is null or k.id < $2) order by k.id desc limit $3`,
    [ctx.orgId, page.before ?? null, page.limit + 1],
  )
  const items = result.rows.slice(0, page.limit).map(shown)
  return { items, nextCursor: result.rows.length > page.limit ? (items.at(-1)?.id ?? null) : null }
}

/**
 * Creates a key that belongs to the keeper. Throws `iam.scope_not_held` for a scope the keeper does not hold, and
 * `iam.too_many_keys` when 200 keys are in force. The secret it answers is stored nowhere.
 */
export async function createApiKey(
  ctx: Context,
  keeper: Keeper,
  wanted: {
    name: string
    scopes: readonly Permission[]
    networks: readonly string[]
    expiresInDays: number | null
  },
): Promise<NewApiKey> {
  refuseNotHeld(keeper, wanted.scopes)
  const inForce = await ctx.db.query<{ count: number }>(
    `select count(*)::int as count from iam.api_keys
     where org_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
    [ctx.orgId],
  )
  if ((inForce.rows[0]?.count ?? 0) >= KEYS_MAX) throw iamErrors.too_many_keys()
  const id = newId()
  await ctx.db.query(
    `insert into iam.api_keys (org_id, id, name, user_id, scopes, networks, expires_at, created_by)
     values ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7::int), $4)`,
    [
      ctx.orgId,
      id,
      wanted.name,
      keeper.userId,
      JSON.stringify(wanted.scopes),
      JSON.stringify(wanted.networks),
      wanted.expiresInDays,
    ],
  )
  const secret = await giveSecret(ctx, id)
  const key = await readKey(ctx, id)
  await audit(ctx, { action: 'api_key.created', object: objectOf(key), after: auditedPart(key) })
  return { key, secret }
}

/**
 * Changes what is named. Throws `iam.key_of_another` when somebody else than its member changes the scopes: with them
 * and a new secret one would act with that member's rights.
 */
export async function changeApiKey(
  ctx: Context,
  keeper: Keeper,
  keyId: string,
  wanted: {
    name?: string | undefined
    scopes?: readonly Permission[] | undefined
    networks?: readonly string[] | undefined
    expiresInDays?: number | null | undefined
  },
): Promise<ApiKey> {
  const before = await lockKey(ctx, keyId)
  if (wanted.scopes) {
    refuseOther(keeper, before)
    refuseNotHeld(keeper, wanted.scopes)
  }
  await ctx.db.query(
    `update iam.api_keys
     set name = coalesce($3, name), scopes = coalesce($4, scopes), networks = coalesce($5, networks),
         expires_at = case when $6 then now() + make_interval(days => $7::int) else expires_at end
     where org_id = $1 and id = $2`,
    [
      ctx.orgId,
      keyId,
      wanted.name ?? null,
      wanted.scopes ? JSON.stringify(wanted.scopes) : null,
      wanted.networks ? JSON.stringify(wanted.networks) : null,
      wanted.expiresInDays !== undefined,
      wanted.expiresInDays ?? null,
    ],
  )
  const after = await readKey(ctx, keyId)
  await audit(ctx, {
    action: 'api_key.changed',
    object: objectOf(after),
    before: auditedPart(before),
    after: auditedPart(after),
  })
  return after
}

/** Gives a key a new secret; older ones work for `graceHours` more, and never longer than they would have. */
export async function rotateApiKey(
  ctx: Context,
  keeper: Keeper,
  keyId: string,
  graceHours: number,
): Promise<NewApiKey> {
  refuseOther(keeper, await lockKey(ctx, keyId))
  await ctx.db.query(
    `update iam.api_key_secrets
     set expires_at = least(coalesce(expires_at, 'infinity'), now() + make_interval(hours => $3::int))
     where org_id = $1 and key_id = $2`,
    [ctx.orgId, keyId, graceHours],
  )
  const secret = await giveSecret(ctx, keyId)
  const key = await readKey(ctx, keyId)
  await audit(ctx, { action: 'api_key.rotated', object: objectOf(key), after: { graceHours } })
  return { key, secret }
}

/** Makes a key the keeper's own, with the scopes that the keeper holds. */
export async function takeOverApiKey(ctx: Context, keeper: Keeper, keyId: string): Promise<ApiKey> {
  const before = await lockKey(ctx, keyId)
  const scopes = before.scopes.filter(scope => keeper.can(scope as Permission))
  await ctx.db.query('update iam.api_keys set user_id = $3, scopes = $4 where org_id = $1 and id = $2', [
    ctx.orgId,
    keyId,
    keeper.userId,
    JSON.stringify(scopes),
  ])
  const after = await readKey(ctx, keyId)
  await audit(ctx, {
    action: 'api_key.taken_over',
    object: objectOf(after),
    before: auditedPart(before),
    after: auditedPart(after),
  })
  return after
}

/** Ends a key for good. */
export async function revokeApiKey(ctx: Context, keeper: Keeper, keyId: string): Promise<void> {
  const before = await readKey(ctx, keyId)
  const revoked = await ctx.db.query(
    `update iam.api_keys set revoked_at = now(), revoked_by = $3
     where org_id = $1 and id = $2 and revoked_at is null`,
    [ctx.orgId, keyId, keeper.userId],
  )
  if (revoked.rowCount === 0) return
  await audit(ctx, { action: 'api_key.revoked', object: objectOf(before), before: auditedPart(before) })
}

async function giveSecret(ctx: Context, keyId: string): Promise<string> {
  const { text, hash } = mintCredential('key', ctx.orgId)
  await ctx.db.query(
    'insert into iam.api_key_secrets (org_id, token_hash, key_id, ending) values ($1, $2, $3, $4)',
    [ctx.orgId, hash, keyId, text.slice(-ENDING)],
  )
  return text
}

/** The key, locked until the end of the transaction. Throws `iam.key_over` for one that is revoked. */
async function lockKey(ctx: Context, keyId: string): Promise<ApiKey> {
  await ctx.db.query('select 1 from iam.api_keys where org_id = $1 and id = $2 for update', [
    ctx.orgId,
    keyId,
  ])
  const key = await readKey(ctx, keyId)
  if (key.state === 'revoked') throw iamErrors.key_over()
  return key
}

async function readKey(ctx: Context, keyId: string): Promise<ApiKey> {
  const result = await ctx.db.query<Row>(`${KEYS} and k.id = $2`, [ctx.orgId, keyId])
  const row = result.rows[0]
  if (!row) throw generalErrors.not_found()
  return shown(row)
}

function shown(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name,
    ending: row.ending,
    scopes: row.scopes,
    networks: row.networks,
    state: row.state,
    owner: { userId: row.user_id, name: row.owner_name ?? 'A former user' },
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedFrom: row.last_used_address,
    replaced:
      row.old_ending === null || row.old_until === null
        ? null
        : {
            ending: row.old_ending,
            worksUntil: row.old_until.toISOString(),
            lastUsedAt: row.old_used_at?.toISOString() ?? null,
          },
  }
}

function refuseNotHeld(keeper: Keeper, scopes: readonly Permission[]): void {
  const errors = scopes.flatMap((scope, n) =>
    keeper.can(scope)
      ? []
      : [
          {
            in: 'body',
            pointer: `/scopes/${n}`,
            code: 'not_held',
            message: `You may not do ${scope} yourself.`,
          } as const,
        ],
  )
  if (errors.length > 0) throw iamErrors.scope_not_held({ errors })
}

function refuseOther(keeper: Keeper, key: ApiKey): void {
  if (key.owner.userId !== keeper.userId) throw iamErrors.key_of_another()
}

function objectOf(key: ApiKey) {
  return { type: 'api_key', id: key.id, name: key.name }
}

function auditedPart({ name, scopes, networks, expiresAt, owner }: ApiKey): object {
  return { name, scopes, networks, expiresAt, owner: owner.name, ownerUserId: owner.userId }
}

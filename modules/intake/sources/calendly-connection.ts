import { z } from 'zod'
import { type Context, inOrganization } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { asSealed, type SealedAt } from '#platform/crypto/vault.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { defineJob, enqueue } from '#platform/jobs/kinds.ts'
import { intakeErrors } from '../errors.ts'
import {
  type Calendly,
  CalendlyError,
  type CalendlyReason,
  type CalendlyScope,
  calendlyWith,
} from './calendly-api-client.ts'
import { newSecret, secretAt } from './source-secrets.ts'

/** How long the key before is accepted: what was signed with it may be on its way. */
const PREVIOUS_HOURS = 1
const CHECK_HOURS = 6

const WORDS: Readonly<Record<CalendlyReason, string>> = {
  token: 'Calendly no longer accepts the token. Connect again with a new one.',
  plan: 'The plan of this Calendly account does not include webhooks any more.',
  not_allowed: 'Calendly no longer lets this account see these bookings.',
  address: 'Calendly does not take the address of this source.',
  silent: 'Calendly did not answer when it was last asked.',
}

interface Row {
  token: string
  scope: CalendlyScope
  subscription: string
  checks: string
}

// One after the other for one source, without holding its row: deliveries go on meanwhile.
const TURN = `select pg_advisory_xact_lock(hashtextextended('intake.calendly ' || $1::text || ' ' || $2::text, 0))`

/**
 * Connects a source with an account of Calendly: a subscription is made there with a signing key of its own, in place of any that led to
 * the same address. Throws `request.not_found`, also for a source of another kind, and `intake.calendly_*`.
 */
export async function connectCalendly(
  ctx: Context,
  sourceId: string,
  { token, scope }: { token: string; scope: CalendlyScope },
): Promise<void> {
  const url = await addressOf(ctx, sourceId)
  await ctx.db.query(TURN, [ctx.orgId, sourceId])
  const calendly = speakTo(ctx, token)
  const made = await subscribeAnew(calendly, { url, scope }).catch(error => {
    throw refusalFor(error, scope)
  })
  // The other scope may have led here before; it is of no weight when it cannot be looked at.
  await forgetScope(calendly, url, scope === 'user' ? 'organization' : 'user')
  await keep(ctx, sourceId, { ...made, token, scope })
  await planCheck(ctx, sourceId)
}

/** Looks whether bookings still come, and makes the subscription again where Calendly ended it. Throws `request.not_found`. */
export async function checkCalendly(ctx: Context, sourceId: string): Promise<void> {
  await ctx.db.query(TURN, [ctx.orgId, sourceId])
  const row = await readConnection(ctx, sourceId)
  if (!row) throw generalErrors.not_found()
  const token = await ctx.kit.vault.openText(asSealed(row.token), tokenAt(ctx.orgId, sourceId))
  const calendly = speakTo(ctx, token)
  try {
    const state = await calendly.stateOf(row.subscription)
    if (state !== 'active') {
      const url = await addressOf(ctx, sourceId)
      const made = await subscribeAnew(calendly, { url, scope: row.scope })
      await keep(ctx, sourceId, { ...made, token, scope: row.scope })
    } else await note(ctx, sourceId, null)
  } catch (error) {
    if (!(error instanceof CalendlyError)) throw error
    ctx.log.warn({ sourceId, reason: error.reason }, 'intake.calendly_problem')
    await note(ctx, sourceId, WORDS[error.reason])
  }
}

/**
 * Ends the subscription and forgets the token. With `isAnyway` also where Calendly cannot be told: it gives up by itself, because what it
 * delivers is refused. Throws `request.not_found` and `intake.calendly_silent`.
 */
export async function disconnectCalendly(
  ctx: Context,
  sourceId: string,
  { isAnyway }: { isAnyway: boolean },
): Promise<void> {
  await addressOf(ctx, sourceId)
  await ctx.db.query(TURN, [ctx.orgId, sourceId])
  const row = await readConnection(ctx, sourceId)
  if (!row) return
  const token = await ctx.kit.vault.openText(asSealed(row.token), tokenAt(ctx.orgId, sourceId))
  try {
    await speakTo(ctx, token).unsubscribe(row.subscription)
  } catch (error) {
    if (!(error instanceof CalendlyError)) throw error
    ctx.log.warn({ sourceId, reason: error.reason }, 'intake.calendly_not_told')
    // A token that is none any more will never end anything.
    if (error.reason === 'silent' && !isAnyway) throw intakeErrors.calendly_silent({ cause: error })
  }
  const secret = await ctx.kit.vault.seal(newSecret(), secretAt(ctx.orgId, sourceId, 'secret'))
  await ctx.db.query('delete from intake.calendly_connections where org_id = $1 and source_id = $2', [
    ctx.orgId,
    sourceId,
  ])
  await ctx.db.query(
    'update intake.sources set secret = $3, previous_secret = null, previous_until = null where org_id = $1 and id = $2',
    [ctx.orgId, sourceId, secret],
  )
}

/** Looks at a connection by itself, and plans the next look. Each has a number, and only the one that is waited for does anything. */
export const checkCalendlyJob = defineJob({
  kind: 'intake.check_calendly',
  payload: z.strictObject({ sourceId: Id, check: z.number().int() }),
  attemptsMax: 20,
  timeoutMs: 120_000,
  async run({ kit, orgId, payload: { sourceId, check } }) {
    const within = { orgId, actor: { type: 'system', name: 'calendly' } } as const
    await inOrganization(kit, within, async ctx => {
      const row = await readConnection(ctx, sourceId)
      if (Number(row?.checks) !== check) return
      await checkCalendly(ctx, sourceId)
      await planCheck(ctx, sourceId)
    })
  },
})

async function planCheck(ctx: Context, sourceId: string): Promise<void> {
  const next = await ctx.db.query<{ checks: string }>(
    `update intake.calendly_connections set checks = checks + 1 where org_id = $1 and source_id = $2 returning checks`,
    [ctx.orgId, sourceId],
  )
  const check = Number(next.rows[0]?.checks ?? 0)
  await enqueue(ctx, checkCalendlyJob, {
    key: `${sourceId} ${check}`,
    payload: { sourceId, check },
    runAt: new Date(ctx.clock.now().getTime() + CHECK_HOURS * 3_600_000),
  })
}

function speakTo(ctx: Context, token: string): Calendly {
  return calendlyWith(ctx.kit.egress, { baseUrl: ctx.kit.config.calendlyApiUrl, token, orgId: ctx.orgId })
}

async function subscribeAnew(
  calendly: Calendly,
  { url, scope }: { url: string; scope: CalendlyScope },
): Promise<{ subscription: string; signingKey: string; account: string }> {
  const account = await calendly.me()
  // What led here before was signed with another key, of a connection that broke off or of somebody's hand.
  for (const each of await calendly.subscriptionsTo(url, account, scope)) await calendly.unsubscribe(each)
  const signingKey = newSecret()
  const subscription = await calendly.subscribe(account, { url, scope, signingKey })
  return { subscription, signingKey, account: account.name }
}

async function forgetScope(calendly: Calendly, url: string, scope: CalendlyScope): Promise<void> {
  try {
    const account = await calendly.me()
    for (const each of await calendly.subscriptionsTo(url, account, scope)) await calendly.unsubscribe(each)
  } catch (error) {
    if (!(error instanceof CalendlyError)) throw error
  }
}

async function keep(
  ctx: Context,
  sourceId: string,
  made: { subscription: string; signingKey: string; account: string; token: string; scope: CalendlyScope },
): Promise<void> {
  const { vault } = ctx.kit
  const held = await ctx.db.query<{ secret: string }>(
    'select secret from intake.sources where org_id = $1 and id = $2 for no key update',
    [ctx.orgId, sourceId],
  )
  const before = held.rows[0]?.secret
  if (before === undefined) throw generalErrors.not_found()
  const at = (column: 'secret' | 'previous_secret') => secretAt(ctx.orgId, sourceId, column)
  const opened = await vault.openText(asSealed(before), at('secret'))
  const [secret, previous, token] = await Promise.all([
    vault.seal(made.signingKey, at('secret')),
    vault.seal(opened, at('previous_secret')),
    vault.seal(made.token, tokenAt(ctx.orgId, sourceId)),
  ])
  await ctx.db.query(
    `update intake.sources set secret = $3, previous_secret = $4, previous_until = now() + make_interval(hours => $5::int)
     where org_id = $1 and id = $2`,
    [ctx.orgId, sourceId, secret, previous, PREVIOUS_HOURS],
  )
  await ctx.db.query(
    `insert into intake.calendly_connections (org_id, source_id, token, scope, account, subscription)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (org_id, source_id) do update set token = excluded.token, scope = excluded.scope, account = excluded.account,
       subscription = excluded.subscription, problem = null, checked_at = now()`,
    [ctx.orgId, sourceId, token, made.scope, made.account, made.subscription],
  )
  await tell(ctx, sourceId)
}

async function note(ctx: Context, sourceId: string, problem: string | null): Promise<void> {
  await ctx.db.query(
    'update intake.calendly_connections set problem = $3, checked_at = now() where org_id = $1 and source_id = $2',
    [ctx.orgId, sourceId, problem],
  )
  await tell(ctx, sourceId)
}

async function tell(ctx: Context, sourceId: string): Promise<void> {
  const found = await ctx.db.query<{ workflow_id: string }>(
    'select workflow_id from intake.sources where org_id = $1 and id = $2',
    [ctx.orgId, sourceId],
  )
  const subjects = found.rows.map(({ workflow_id: id }) => ({ type: 'workflow', id }))
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({ id: newId(), orgId: ctx.orgId, type: 'lead_source.connected', subjects }),
  )
}

/** Where deliveries of a source of Calendly go. */
async function addressOf(ctx: Context, sourceId: string): Promise<string> {
  const found = await ctx.db.query<{ key: string }>(
    `select key from intake.sources where org_id = $1 and id = $2 and kind = 'calendly'`,
    [ctx.orgId, sourceId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return `${ctx.kit.config.publicUrl}/in/${row.key}`
}

async function readConnection(ctx: Context, sourceId: string): Promise<Row | undefined> {
  const found = await ctx.db.query<Row>(
    'select token, scope, subscription, checks from intake.calendly_connections where org_id = $1 and source_id = $2',
    [ctx.orgId, sourceId],
  )
  return found.rows[0]
}

function tokenAt(orgId: string, sourceId: string): SealedAt {
  return { orgId, table: 'intake.calendly_connections', column: 'token', id: sourceId }
}

/** What is answered to whoever connects; anything that Calendly did not say stays what it is. */
function refusalFor(error: unknown, scope: CalendlyScope): unknown {
  if (!(error instanceof CalendlyError)) return error
  const { reason } = error
  if (reason === 'token') return intakeErrors.calendly_token({ cause: error })
  if (reason === 'plan') return intakeErrors.calendly_plan({ cause: error })
  if (reason === 'address') return intakeErrors.calendly_address({ cause: error })
  if (reason === 'silent') return intakeErrors.calendly_silent({ cause: error })
  const detail =
    scope === 'organization'
      ? 'Nothing was saved. Bookings of everybody take the token of an owner or admin of the Calendly organization.'
      : 'Nothing was saved. The token has to be allowed to read users and bookings and to manage webhooks.'
  return intakeErrors.calendly_not_allowed({ detail, cause: error })
}

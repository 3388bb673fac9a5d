import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { rowsFor } from '#platform/db/rounds.ts'
import { callerKey } from '#platform/http/caller.ts'
import { newId } from '#platform/ids.ts'
import { discountShowing } from '../analytics/showings.ts'
import { intakeErrors } from '../errors.ts'
import { identityOf } from '../identity.ts'
import { forgetPartial } from '../partials/partials.ts'
import { hashOfAnswers } from '../submission-hash.ts'
import { holdUploads } from '../uploads/uploads.ts'
import { captchaSigns } from './captcha.ts'
import { noteStored } from './forget-quarantined.ts'
import { limitsOf, noteHeld, noteReleased, type Sent, type Suspicion, withoutAnswered } from './judge.ts'
import { forgetProtection, type Protection, recallProtection } from './protection.ts'
import { keyOfSender, keysOfSender } from './senders.ts'
import type { Sign } from './signs.ts'
import { plain } from './text-memory.ts'

/** A submission that has been looked at, with all that can be known of it outside its transaction. */
export interface Examined {
  readonly sent: Sent
  readonly suspicion: Suspicion
  readonly protection: Protection
  readonly signs: readonly Sign[]
  /** A proof of work or a captcha came along and is right. */
  readonly isProven: boolean
}

/** Why a submission is not stored as a lead. Thrown inside its transaction, so that nothing of it stays. */
export class HeldBack extends Error {
  readonly examined: Examined
  readonly signs: readonly Sign[]
  /** Whether a proof of work would let it in. */
  readonly asks: boolean

  constructor(examined: Examined, signs: readonly Sign[], asks: boolean) {
    super('The submission is held back.')
    this.examined = examined
    this.signs = signs
    this.asks = asks
  }
}

/** The protection of the form was changed since it was read. */
export class ProtectionChanged extends Error {}

/** Asks what has to be asked before the transaction: how the form is protected, and the service of its captcha. */
export async function examine(kit: Kit, sent: Sent, suspicion: Suspicion): Promise<Examined> {
  const protection = await recallProtection(kit, sent.form)
  const captcha = await captchaSigns(kit, sent.form, protection.captcha, sent.manner.captcha)
  const isProven = sent.manner.isProven || (protection.captcha !== null && captcha.length === 0)
  return { sent, suspicion, protection, signs: [...suspicion.signs, ...captcha], isProven }
}

/** Look-ups by keys: how the form is protected, what was decided about the sender, what was held back before. */
const KNOWN = `
  select a.nr, p.revision, r.verdicts, q.held, q.released
  from jsonb_to_recordset($2::jsonb) as a (nr int, form_id uuid, keys text[], text_hash text, email text)
  left join lateral (
    select revision from intake.form_protection where org_id = $1 and form_id = a.form_id offset 0) p on true
  cross join lateral (
    select array_agg(distinct verdict) as verdicts from intake.sender_rules
    where org_id = $1 and key_hash = any (a.keys)) r
  cross join lateral (
    select count(*) filter (where status = 'held' and not awaits_proof and email_key <> a.email)::int as held,
      count(*) filter (where status = 'released')::int as released
    from (select * from intake.quarantined_submissions where org_id = $1 and text_hash = a.text_hash limit 20) found) q`

interface Known {
  readonly revision: number | null
  readonly verdicts: string[] | null
  readonly held: number
  readonly released: number
}

interface KnownBy {
  readonly org_id: string
  readonly form_id: string
  readonly keys: readonly string[]
  readonly text_hash: string | null
  readonly email: string
}

const UNKNOWN: Known = { revision: null, verdicts: null, held: 0, released: 0 }

async function readKnown(tx: Tx, asked: readonly KnownBy[]): Promise<Known[]> {
  return (await rowsFor<Known>(tx, KNOWN, asked)).map(known => known ?? UNKNOWN)
}

/** Lets a submission in, or throws `HeldBack`, or `ProtectionChanged` when it has to be examined anew. */
export async function admit(ctx: Context, examined: Examined): Promise<void> {
  const { sent, suspicion, protection, isProven } = examined
  const email = suspicion.typed.email.toLowerCase()
  const { revision, verdicts, held, released } = await ctx.db.ask(readKnown, {
    org_id: ctx.orgId,
    form_id: sent.form.formId,
    keys: keysOfSender(ctx.kit, ctx.orgId, email, sent.address),
    text_hash: textKey(ctx, suspicion),
    email,
  })
  if ((revision ?? 0) !== protection.revision) {
    forgetProtection(ctx.kit, sent.form)
    throw new ProtectionChanged()
  }
  if (verdicts?.includes('block')) {
    const blocked = {
      code: 'blocked',
      words: 'Somebody of your organization blocked this sender.',
      points: 100,
    }
    throw new HeldBack(examined, [blocked, ...examined.signs], false)
  }
  if (verdicts?.includes('allow')) return
  const known = { code: 'held_before', words: 'The same text was held back before.', points: 6 }
  // Somebody has looked at this text and let it in.
  const signs =
    released > 0
      ? examined.signs.filter(sign => !ABOUT_TEXT.has(sign.code))
      : [...examined.signs, ...(held > 0 ? [known] : [])]
  const limits = limitsOf[protection.level]
  const canWork = sent.manner.channel === 'script' && protection.level !== 'off'
  const firm = weightOf(canWork || isProven ? withoutAnswered(signs) : signs)
  if (firm >= limits.hold) throw new HeldBack(examined, signs, false)
  if (canWork && !isProven && weightOf(signs) >= limits.ask) throw new HeldBack(examined, signs, true)
}

function weightOf(signs: readonly Sign[]): number {
  return signs.reduce((sum, sign) => sum + sign.points, 0)
}

const ABOUT_TEXT = new Set([
  'same_text',
  'same_pattern',
  'many_forms',
  'phrases',
  'links',
  'no_sentence',
  'other_alphabet',
])

function textKey(ctx: Context, { text }: Suspicion): string | null {
  return text === null ? null : keyOfSender(ctx.kit, ctx.orgId, 'text', plain(text))
}

/** Takes a submission that came with a proof out of quarantine again, in the transaction that stores it. */
export function takeOut(ctx: Context, { sent, suspicion }: Examined, submissionId: string): void {
  if (!sent.manner.isProven) return
  ctx.db.send(
    `delete from intake.quarantined_submissions
     where org_id = $1 and form_id = $2 and submission_id = $3 and status = 'held'`,
    [ctx.orgId, sent.form.formId, submissionId],
  )
  ctx.db.afterCommit(() => noteReleased(ctx.kit, suspicion))
}

/** A submission that is known already is neither stored again nor looked at anew. */
const HOLD = `
  insert into intake.quarantined_submissions as q (org_id, id, form_id, workflow_id, submission_id, content_hash, email_key,
    name, identity, answers, reasons, points, channel, awaits_proof, text_hash, network_hash)
  select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
  where not exists (select from intake.submissions s where s.org_id = $1 and s.form_id = $3 and s.submission_id = $5)
  on conflict (org_id, form_id, submission_id) do update set awaits_proof = q.awaits_proof and excluded.awaits_proof
    where q.content_hash = excluded.content_hash
  returning q.id`

const HASH = `
  select s.content_hash from intake.submissions s where s.org_id = $1 and s.form_id = $2 and s.submission_id = $3
  union all
  select q.content_hash from intake.quarantined_submissions q
  where q.org_id = $1 and q.form_id = $2 and q.submission_id = $3`

/**
 * Keeps a submission that was held back, for somebody to look at. The sender is answered like everybody; a page that can is
 * asked for a proof of work by `intake.proof_needed`, while the submission is kept all the same. Throws
 * `intake.submission_reused` for other answers under the id of a submission that has arrived.
 */
export async function holdBack(
  kit: Kit,
  { examined, signs, asks }: HeldBack,
  { submissionId, requestId }: { submissionId: string; requestId: string },
): Promise<void> {
  const { sent, suspicion } = examined
  const { orgId } = sent.form
  const actor = { type: 'visitor', address: sent.address } as const
  const isKnown = await inOrganization(kit, { orgId, actor, requestId }, async ctx => {
    const hash = hashOfAnswers(sent.answers)
    const id = newId()
    const who = identityOf(sent.form.fields, sent.answers)
    const network = keyOfSender(kit, orgId, 'network', callerKey(sent.address))
    const stored = await ctx.db.query<{ id: string }>(HOLD, [
      orgId,
      id,
      sent.form.formId,
      sent.form.workflowId,
      submissionId,
      hash,
      who.email.toLowerCase(),
      who.name,
      JSON.stringify(who),
      JSON.stringify(sent.answers),
      JSON.stringify([...signs].sort((a, b) => b.points - a.points)),
      weightOf(signs),
      sent.manner.channel,
      asks,
      textKey(ctx, suspicion),
      network,
    ])
    const row = stored.rows[0]
    if (row) {
      if (row.id !== id) return false
      // Until somebody lets it in it is nobody's, and whoever sent it has not left the form.
      if (sent.manner.channel !== 'program') discountShowing(ctx, sent.form, submissionId)
      forgetPartial(ctx, sent.form.formId, submissionId)
      holdUploads(ctx, sent.form, submissionId, sent.answers)
      tell(ctx, sent.form.workflowId)
      return false
    }
    const known = await ctx.db.query<{ content_hash: Buffer }>(HASH, [orgId, sent.form.formId, submissionId])
    if (!known.rows[0]?.content_hash.equals(hash)) throw intakeErrors.submission_reused()
    return true
  })
  if (isKnown) return
  noteHeld(kit, suspicion)
  noteStored(kit, orgId)
  if (asks) throw intakeErrors.proof_needed()
}

/** Open pages hear that there is something new to look at. */
export function tell(ctx: Context, workflowId: string): void {
  const subjects = [{ type: 'workflow', id: workflowId }]
  const message = { id: newId(), orgId: ctx.orgId, type: 'quarantine.changed', subjects }
  ctx.db.afterCommit(() => ctx.kit.live.send(message))
}

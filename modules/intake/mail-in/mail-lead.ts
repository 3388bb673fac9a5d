import { upsertPersonByEmail } from '#modules/crm/index.ts'
import { topPlace } from '#platform/column-order.ts'
import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { cleanFileName } from '#platform/files/file-names.ts'
import { keepFile } from '#platform/files/files.ts'
import { receiveFile } from '#platform/files/store.ts'
import { newId } from '#platform/ids.ts'
import type { ParsedFile } from '#platform/mime/parsed-mail.ts'
import { assignNewLead, hasAssignment } from '../assignment/assign-new-lead.ts'
import { leadCreated, leadEmailReceived } from '../events.ts'
import type { MailLead } from './decide-mail.ts'

const TEXT_MAX = 10_000
const NAME_MAX = 200
const SUBJECT_MAX = 500

/** One line without what turns the direction of writing or cannot be seen. */
export function lineOf(text: string, most: number): string {
  const line = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is taken out
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
  return [...line].slice(0, most).join('')
}

/** All that becomes of an e-mail in one statement, as with a form; answers of the form that it gives are filled in where none is. */
const STORE = `
  with lead as (
    insert into intake.leads (org_id, id, workflow_id, person_id, email, name, source, status, position)
    select $1, $2::uuid, $3::uuid, $4::uuid, $5::citext, $6, 'email',
      (select s.status from intake.lead_statuses s where s.org_id = $1 and s.workflow_id = $3::uuid
       order by s.kind <> 'open', s.position, s.status limit 1), $7
    on conflict (org_id, workflow_id, email_key) where deleted_at is null do update set last_submitted_at = now()
    returning id, person_id, status, id = $2 as is_new
  ), asked as (
    select f.id, f.field_key, f.field_type, coalesce((f.validation->>'maxLength')::int, ${TEXT_MAX}) as most
    from intake.form_fields f join intake.forms m on m.org_id = $1 and m.id = f.form_id
    where f.org_id = $1 and m.workflow_id = $3::uuid and f.archived_at is null
  ), answers as (
    select id, case when field_type = 'EMAIL' then $5::text
      when field_key in ('name', 'full_name') then $8 else left($9, least(most, ${TEXT_MAX})) end as value
    from asked
    where (field_type = 'EMAIL' and field_key = 'email')
      or (field_type = 'TEXT' and field_key in ('name', 'full_name'))
      or (field_type in ('TEXT', 'LONG_TEXT') and field_key = 'message')
  ), answered as (
    insert into intake.lead_values (org_id, lead_id, field_id, value)
    select $1, lead.id, answers.id, answers.value from lead, answers where answers.value <> ''
    on conflict (org_id, lead_id, field_id) do nothing
  ), noted as (
    insert into intake.lead_events (org_id, id, lead_id, kind, description, metadata, actor_type)
    select $1, $10::uuid, lead.id, 'EMAIL_RECEIVED', $11, $12::jsonb, 'visitor' from lead
  )
  select id, person_id, status, is_new, is_new and ${hasAssignment('$3::uuid')} as is_given_away from lead`

interface StoredRow {
  id: string
  person_id: string
  status: string
  is_new: boolean
  is_given_away: boolean
}

/**
 * Makes an e-mail a lead of a workflow that has a board, in the caller's transaction: person, lead, entry in its history, files, the
 * events `lead.created` and `lead.email_received` and what reacts to them. An address that the workflow knows gets an entry
 * and no second lead. Returns the lead.
 */
export async function storeMailLead(
  ctx: Context,
  { mailId, workflowId, lead }: { mailId: string; workflowId: string; lead: MailLead },
): Promise<string> {
  const name = lineOf(lead.name, NAME_MAX)
  const subject = lineOf(lead.subject, SUBJECT_MAX)
  const text = [...lead.text].slice(0, TEXT_MAX).join('')
  const person = await upsertPersonByEmail(ctx, {
    email: lead.email,
    source: 'email',
    ...(name === '' ? {} : { fullName: name }),
  })
  const files = await keepFiles(ctx, lead.files)
  const metadata = {
    mailId,
    from: lead.email,
    subject,
    text,
    isCut: text.length < lead.text.length,
    ...(lead.forwardedBy === null
      ? {}
      : { forwardedBy: lead.forwardedBy, note: lead.note.slice(0, TEXT_MAX) }),
    files,
  }
  const result = await ctx.db.query<StoredRow>(STORE, [
    ctx.orgId,
    newId(),
    workflowId,
    person.personId,
    lead.email,
    name || lead.email,
    topPlace(ctx.clock.now()),
    name,
    text,
    newId(),
    subject === '' ? 'E-mail received' : `E-mail received: ${subject}`,
    JSON.stringify(metadata),
  ])
  const row = result.rows[0]
  if (!row) throw new Error('The lead was not stored.')
  if (files.length > 0) {
    ctx.db.send(
      `insert into intake.mail_files (org_id, file_id, lead_id, mail_id)
       select $1, file_id, $3, $4 from unnest($2::uuid[]) as given (file_id)`,
      [ctx.orgId, files.map(({ id }) => id), row.id, mailId],
    )
  }
  await announce(ctx, row, { workflowId, email: lead.email, name: name || lead.email, subject, text })
  return row.id
}

async function announce(
  ctx: Context,
  { id: leadId, person_id: personId, is_new: isNew, is_given_away: isGivenAway, status }: StoredRow,
  said: { workflowId: string; email: string; name: string; subject: string; text: string },
): Promise<void> {
  const { workflowId, email, name, subject, text } = said
  const subjects = [
    { type: 'lead', id: leadId },
    { type: 'workflow', id: workflowId },
    { type: 'person', id: personId },
  ]
  const about = { leadId, workflowId, personId, email, name }
  if (isNew) await publish(ctx, leadCreated, { subjects, payload: { ...about, status } })
  if (isGivenAway) await assignNewLead(ctx, { leadId, workflowId, personId })
  await publish(ctx, leadEmailReceived, { subjects, payload: { ...about, isNew, subject, text } })
}

interface KeptFile {
  readonly id: string
  readonly name: string
  readonly size: number
}

async function keepFiles(ctx: Context, files: readonly ParsedFile[]): Promise<KeptFile[]> {
  const kept: KeptFile[] = []
  for (const { name, bytes } of files) {
    // It was within the limits of the message it came with.
    const received = await receiveFile(ctx.kit.config.dataDir, [bytes], bytes.length)
    await keepFile(ctx, received, name)
    kept.push({ id: received.id, name: cleanFileName(name), size: received.size })
  }
  return kept
}

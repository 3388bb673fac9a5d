import { upsertPersonByEmail } from '#modules/crm/index.ts'
import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { cleanFileName } from '#platform/files/file-names.ts'
import { keepFile } from '#platform/files/files.ts'
import { receiveFile } from '#platform/files/store.ts'
import type { ParsedFile } from '#platform/mime/parsed-mail.ts'
import { type Arrival, announceArrival, storeArrival, storingArrivals } from '../arrivals.ts'
import { leadEmailReceived } from '../events.ts'
import type { MailLead } from './decide-mail.ts'
import { attachMailFiles } from './mail-files.ts'

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

/** Answers of the form that an e-mail gives are filled in where none is. */
const STORE = storingArrivals({
  answers: `
      select filled.* from (
        select f.id as field_id, case when f.field_type = 'EMAIL' then a.email
          when f.field_key in ('name', 'full_name') then a.own->>'name'
          else left(a.own->>'text', least(coalesce((f.validation->>'maxLength')::int, ${TEXT_MAX}), ${TEXT_MAX})) end as value,
          null::int as text_version
        from intake.form_fields f join intake.forms m on m.org_id = $1 and m.id = f.form_id
        where f.org_id = $1 and m.workflow_id = a.workflow_id and f.archived_at is null
          and (f.field_type = 'EMAIL' and f.field_key = 'email'
            or f.field_type = 'TEXT' and f.field_key in ('name', 'full_name')
            or f.field_type in ('TEXT', 'LONG_TEXT') and f.field_key = 'message')
      ) filled where filled.value <> ''`,
})

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
  const { email } = lead
  const who = { email, name: name || email, person: { fullName: name || undefined } }
  const person = await upsertPersonByEmail(ctx, { ...who.person, email, source: 'email' })
  const files = await keepFiles(ctx, lead.files)
  const metadata = {
    mailId,
    from: email,
    subject,
    text,
    isCut: text.length < lead.text.length,
    ...(lead.forwardedBy === null
      ? {}
      : { forwardedBy: lead.forwardedBy, note: lead.note.slice(0, TEXT_MAX) }),
    files,
  }
  const words = subject === '' ? 'E-mail received' : `E-mail received: ${subject}`
  const arrival: Arrival = {
    source: 'email',
    who,
    kind: 'EMAIL_RECEIVED',
    words: [words, words],
    actor: 'visitor',
    metadata,
  }
  const of = { workflowId, personId: person.personId, arrival }
  const row = await storeArrival(ctx, STORE, of, { name, text })
  if (!row) throw new Error('The lead was not stored.')
  const fileIds = files.map(({ id }) => id)
  await attachMailFiles(ctx, fileIds, { leadId: row.id, mailId })
  const { subjects, about } = await announceArrival(ctx, row, workflowId, who)
  const payload = { ...about, isNew: row.is_new, subject, text }
  await publish(ctx, leadEmailReceived, { subjects, payload })
  return row.id
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

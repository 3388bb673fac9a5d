import type { Context, Kit } from '#platform/context.ts'
import { inOrganization } from '#platform/context.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { type AppError, generalErrors } from '#platform/errors.ts'
import { cleanFileName } from '#platform/files/file-names.ts'
import { dropFiles, keepFile } from '#platform/files/files.ts'
import { scanFile } from '#platform/files/scan.ts'
import { typeOf } from '#platform/files/sniff.ts'
import { type ReceivedFile, readIncoming, receiveFile } from '#platform/files/store.ts'
import { withReceived } from '#platform/http/uploads.ts'
import { newId } from '#platform/ids.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { filled } from '../definition/words/languages.ts'
import type { FormField } from '../form-definition.ts'
import type { PublishedForm } from '../published-forms.ts'
import { isOfKind } from './file-rules.ts'
import { handleOf, uploadOf } from './handles.ts'
import { scanUpload } from './scan-upload.ts'
import { type UploadWords, uploadWords } from './upload-words.ts'

const MB = 1_048_576
/** All files of one act of sending. */
const TOGETHER_BYTES_MAX = 100 * MB
/** Files of one organization that nobody has sent yet. */
const UNCLAIMED_MAX = 2_000
const UNCLAIMED_BYTES_MAX = 2_000 * MB

export type FileField = Extract<FormField, { type: 'FILE' }>

/** A file that was taken in, as whoever brought it is told. */
export interface Taken {
  readonly upload: string
  readonly name: string
  readonly type: string
  readonly size: number
}

/** Says what is wrong with a file beside its field, in the language of the form. */
export function fileProblem(
  key: string,
  code: string,
  words: string,
  about: Readonly<Record<string, string | number>> = {},
): FieldProblem {
  return { in: 'body', pointer: `/answers/${key}`, code, message: filled(words, about) }
}

const refused = (problem: FieldProblem): AppError => generalErrors.invalid({ errors: [problem] })

/**
 * Takes a file in for a field of a form, while the form is filled in. It is nobody's until the form is sent with its handle, and goes
 * after a day. Throws `request.invalid` with words beside the field for one that is not taken, `files.empty` and `files.interrupted`.
 */
export async function takeUpload(
  kit: Kit,
  form: PublishedForm,
  field: FileField & { readonly id: string },
  given: {
    readonly name: string
    readonly length: number | undefined
    readonly chunks: AsyncIterable<Uint8Array>
  },
): Promise<Taken> {
  const words = uploadWords[form.language]
  const name = cleanFileName(given.name)
  const megabytes = Math.min(field.validation.maxMegabytes, Math.floor(kit.config.fileBytesMax / MB))
  const tooLarge = () => refused(fileProblem(field.key, 'too_large', words.tooLarge, { name, megabytes }))
  if ((given.length ?? 0) > megabytes * MB) throw tooLarge()
  const actor = { type: 'visitor', address: '' } as const
  await inOrganization(kit, { orgId: form.orgId, actor }, ctx => refuseWhenFull(ctx, field.key, words))
  const file = await receiveFile(kit.config.dataDir, given.chunks, megabytes * MB).catch(
    (error: AppError) => {
      if (error.code === 'files.too_large') throw tooLarge()
      if (error.code === 'files.empty') throw refused(fileProblem(field.key, 'empty', words.empty, { name }))
      throw error
    },
  )
  return withReceived(kit, form.orgId, file, async () => {
    const type = typeOf(file.head, name)
    if (!isOfKind(type, field.validation.kinds)) {
      throw refused(fileProblem(field.key, 'wrong_kind', words.wrongKind, { name }))
    }
    const scan = await scanFile(kit, readIncoming(kit.config.dataDir, file.id))
    if (scan === 'infected') throw refused(fileProblem(field.key, 'infected', words.infected, { name }))
    const id = newId()
    await inOrganization(kit, { orgId: form.orgId, actor }, ctx =>
      keep(ctx, { id, formId: form.formId, fieldId: field.id, name, type }, file, scan),
    )
    return { upload: handleOf(kit, form.formId, id), name, type, size: file.size }
  })
}

interface Kept {
  readonly id: string
  readonly formId: string
  readonly fieldId: string
  readonly name: string
  readonly type: string
}

async function keep(
  ctx: Context,
  { id, formId, fieldId, name, type }: Kept,
  file: ReceivedFile,
  scan: 'clean' | 'none' | 'unreachable',
): Promise<void> {
  await keepFile(ctx, file, name)
  await ctx.db.query(
    `insert into intake.uploads (org_id, id, form_id, field_id, file_id, name, type, size, scan)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ctx.orgId,
      id,
      formId,
      fieldId,
      file.id,
      name,
      type,
      file.size,
      scan === 'unreachable' ? 'waiting' : scan,
    ],
  )
  if (scan === 'unreachable') await enqueue(ctx, scanUpload, { key: id, payload: { uploadId: id } })
}

async function refuseWhenFull(ctx: Context, key: string, words: UploadWords): Promise<void> {
  const found = await ctx.db.query<{ total: string; n: number; bytes: string }>(
    `select coalesce(sum(size), 0) as total, count(*) filter (where lead_id is null)::int as n,
       coalesce(sum(size) filter (where lead_id is null), 0) as bytes
     from intake.uploads where org_id = $1 and file_id is not null`,
    [ctx.orgId],
  )
  const row = found.rows[0]
  if (!row) return
  const isFull =
    Number(row.total) >= ctx.kit.config.formFileBytesMax ||
    row.n >= UNCLAIMED_MAX ||
    Number(row.bytes) >= UNCLAIMED_BYTES_MAX
  if (!isFull) return
  ctx.log.warn({ total: row.total, unclaimed: row.n }, 'intake.uploads_full')
  throw refused(fileProblem(key, 'no_room', words.full))
}

/** Takes away a file that was not sent. Does nothing for a handle that leads nowhere. */
export async function dropUpload(kit: Kit, form: PublishedForm, handle: string): Promise<void> {
  const uploadId = uploadOf(kit, form.formId, handle)
  if (uploadId === null) return
  await inOrganization(kit, { orgId: form.orgId, actor: { type: 'visitor', address: '' } }, async ctx => {
    const gone = await ctx.db.query<{ file_id: string | null }>(
      `delete from intake.uploads where org_id = $1 and id = $2 and claimed_at is null and kept_until is null
       returning file_id`,
      [ctx.orgId, uploadId],
    )
    dropFiles(
      ctx,
      gone.rows.flatMap(row => row.file_id ?? []),
    )
  })
}

interface UploadRow {
  id: string
  field_id: string | null
  name: string
  size: string
  scan: string
  file_id: string | null
  submission_id: string | null
  claimed_at: Date | null
}

/** Files among answers, found and held for the transaction. */
export interface ClaimedUploads {
  readonly ids: readonly string[]
  /** The answers with the names of the files in place of their handles. */
  readonly answers: Readonly<Record<string, string>>
}

/** Whether any answer is one of files. */
export function hasFiles(form: PublishedForm, answers: Readonly<Record<string, string>>): boolean {
  return form.fields.some(({ key, type }) => type === 'FILE' && answers[key] !== undefined)
}

/**
 * Finds the files that answers name and holds them until the transaction ends. Throws `request.invalid` with words beside the fields for
 * files that are gone, that somebody else has sent, in which something was found, or that are too large together.
 */
export async function claimUploads(
  ctx: Context,
  form: PublishedForm,
  submissionId: string,
  given: Readonly<Record<string, string>>,
): Promise<ClaimedUploads> {
  const words = uploadWords[form.language]
  const wanted = form.fields.flatMap(field =>
    field.type !== 'FILE' || given[field.key] === undefined
      ? []
      : [
          {
            field,
            ids: (given[field.key] ?? '').split('\n').map(each => uploadOf(ctx.kit, form.formId, each)),
          },
        ],
  )
  const ids = wanted.flatMap(each => each.ids.flatMap(id => id ?? []))
  const found = await ctx.db.query<UploadRow>(
    `select id, field_id, name, size, scan, file_id, submission_id, claimed_at from intake.uploads
     where org_id = $1 and id = any($2) order by id for update`,
    [ctx.orgId, ids],
  )
  const rows = new Map(found.rows.map(row => [row.id, row]))
  const problems: FieldProblem[] = []
  const answers: Record<string, string> = { ...given }
  let together = 0
  for (const { field, ids: named } of wanted) {
    const files = named.map(id => rows.get(id ?? ''))
    const isThere = (row: UploadRow | undefined) =>
      row?.field_id === field.id &&
      (row.claimed_at === null || row.submission_id === submissionId) &&
      (row.file_id !== null || row.scan === 'infected')
    const infected = files.find(row => row?.scan === 'infected')
    if (!files.every(isThere)) problems.push(fileProblem(field.key, 'file_gone', words.gone))
    else if (infected) {
      problems.push(fileProblem(field.key, 'infected', words.infected, { name: infected.name }))
    }
    together += files.reduce((sum, row) => sum + Number(row?.size ?? 0), 0)
    answers[field.key] = files.map(row => row?.name ?? '').join('\n')
    if (problems.length === 0 && together > TOGETHER_BYTES_MAX) {
      const about = { megabytes: TOGETHER_BYTES_MAX / MB }
      problems.push(fileProblem(field.key, 'too_large', words.tooLargeTogether, about))
    }
  }
  if (problems.length > 0) throw generalErrors.invalid({ errors: problems })
  // Submissions of one moment share a transaction, in which no lock keeps them from each other.
  const claimed = await ctx.db.query(CLAIM, [ctx.orgId, ids, submissionId])
  if (claimed.rowCount !== new Set(ids).size) {
    const errors = wanted.map(({ field }) => fileProblem(field.key, 'file_gone', words.gone))
    throw generalErrors.invalid({ errors })
  }
  return { ids, answers }
}

const CLAIM = `
  update intake.uploads set submission_id = $3, claimed_at = coalesce(claimed_at, now()), kept_until = null
  where org_id = $1 and id = any($2) and (claimed_at is null or submission_id = $3)`

/** Makes claimed files those of a lead. Waits for no answer. */
export function attachUploads(
  ctx: Context,
  ids: readonly string[],
  { leadId, submissionId }: { leadId: string; submissionId: string },
): void {
  ctx.db.send(
    `update intake.uploads set lead_id = $3
     where org_id = $1 and id = any($2) and submission_id = $4 and lead_id is null`,
    [ctx.orgId, ids, leadId, submissionId],
  )
}

/** Keeps the files of a submission that is held back for as long as it is, which is 30 days. Waits for no answer. */
export function holdUploads(
  ctx: Context,
  form: PublishedForm,
  submissionId: string,
  answers: Readonly<Record<string, string>>,
): void {
  const ids = form.fields.flatMap(({ key, type }) =>
    type !== 'FILE'
      ? []
      : (answers[key] ?? '').split('\n').flatMap(each => uploadOf(ctx.kit, form.formId, each) ?? []),
  )
  if (ids.length === 0) return
  ctx.db.send(
    `update intake.uploads set kept_until = now() + interval '31 days', submission_id = $3
     where org_id = $1 and id = any($2) and claimed_at is null`,
    [ctx.orgId, ids, submissionId],
  )
}

/** Takes away the files of a submission that was held back and is not wanted, with their bytes. */
export async function dropHeldUploads(ctx: Context, formId: string, submissionId: string): Promise<void> {
  const gone = await ctx.db.query<{ file_id: string | null }>(
    `delete from intake.uploads
     where org_id = $1 and form_id = $2 and submission_id = $3 and claimed_at is null and kept_until is not null
     returning file_id`,
    [ctx.orgId, formId, submissionId],
  )
  dropFiles(
    ctx,
    gone.rows.flatMap(row => row.file_id ?? []),
  )
}

/** The names of files by their handles, for a page that shows what is attached already. */
export async function namesOfUploads(
  kit: Kit,
  form: PublishedForm,
  handles: readonly string[],
): Promise<Map<string, string>> {
  const ids = new Map(
    handles.flatMap(handle => {
      const id = uploadOf(kit, form.formId, handle)
      return id === null ? [] : [[id, handle]]
    }),
  )
  if (ids.size === 0) return new Map()
  const found = await inOrganization(
    kit,
    { orgId: form.orgId, actor: { type: 'visitor', address: '' } },
    ctx =>
      ctx.db.query<{ id: string; name: string }>(
        `select id, name from intake.uploads where org_id = $1 and id = any($2) and claimed_at is null`,
        [ctx.orgId, [...ids.keys()]],
      ),
  )
  return new Map(found.rows.map(({ id, name }) => [ids.get(id) ?? '', name]))
}

/** Takes away for good what nobody sent within a day, and what belonged to a lead that is no more, with its bytes. */
export async function forgetUploads(ctx: Context): Promise<number> {
  const gone = await ctx.db.query<{ file_id: string | null }>(
    `delete from intake.uploads where org_id = $1 and lead_id is null
       and (claimed_at is not null or created_at < now() - interval '1 day')
       and (kept_until is null or kept_until < now())
     returning file_id`,
    [ctx.orgId],
  )
  dropFiles(
    ctx,
    gone.rows.flatMap(row => row.file_id ?? []),
  )
  return gone.rows.length
}

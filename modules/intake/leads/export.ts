import { open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { csvLine } from '#modules/crm/index.ts'
import { nameMembers } from '#modules/iam/index.ts'
import { audit } from '#platform/audit/audit.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { openRecords, seenCondition } from '#platform/owned.ts'
import { listStatuses } from '../lead-statuses.ts'
import { LEAD_COLUMNS, type LeadRow } from '../leads.ts'
import { type AnswerColumn, answerCell, answerColumns, LEAD_HEADINGS } from './export-columns.ts'
import { conditionsOf, leadShape, withAnswersInSight } from './lead-filters.ts'

const PAGE = 500

/** What is exported, and how it is written. */
export interface LeadExport {
  readonly workflowId: string
  readonly filter?: string | undefined
  readonly ownerUserId?: string | undefined
  readonly delimiter: string
  /** Whether the file begins with a byte order mark. */
  readonly mark: boolean
}

/** Who exports, kept beyond the transaction that checked it. */
export type Exporter = Pick<Context, 'orgId' | 'actor' | 'visibility' | 'requestId'>

/**
 * Checks an export before any of it is written, and enters it into the audit log. Throws `request.not_found` for a workflow without a
 * board and `request.invalid` for the filter.
 */
export async function admitExport(ctx: Context, asked: LeadExport): Promise<Exporter> {
  const { workflowId, filter } = asked
  if ((await listStatuses(ctx, workflowId)).length === 0) throw generalErrors.not_found()
  conditionsOf(await leadShape(ctx, workflowId, filter), filter, [])
  await audit(ctx, {
    action: 'leads.exported',
    object: { type: 'workflow', id: workflowId },
    after: { filter: filter ?? '', ownerUserId: asked.ownerUserId ?? '' },
  })
  const { orgId, actor, visibility, requestId } = ctx
  return { orgId, actor, visibility, requestId }
}

/**
 * The leads of a workflow as a file that has no name: it is written whole before the first byte of it is given, so that no slow reader
 * holds a state of the database, and is gone when it has been read. Its rows are counted against those of the same state.
 */
export async function writeLeads(
  kit: Kit,
  who: Exporter,
  asked: LeadExport,
): Promise<{ rows: number; bytes: number; body: ReadableStream<Uint8Array> }> {
  const path = join(tmpdir(), `millrace-leads-${newId()}.csv`)
  const file = await open(path, 'wx+', 0o600)
  try {
    await unlink(path)
    const counted = { rows: 0, bytes: 0 }
    await inOrganization(kit, who, async ctx => {
      // One state of the database from the first row to the last, whatever others write meanwhile.
      await ctx.db.query('set transaction isolation level repeatable read, read only')
      const expected = await countLeads(ctx, asked)
      for await (const { text, rows } of textOf(ctx, asked)) {
        const bytes = Buffer.from(text)
        await file.write(bytes)
        counted.rows += rows
        counted.bytes += bytes.length
      }
      if (counted.rows !== expected)
        throw new Error(`An export has ${counted.rows} rows of ${expected} leads.`)
    })
    const stream = file.createReadStream({ start: 0 })
    return { ...counted, body: Readable.toWeb(stream) as ReadableStream<Uint8Array> }
  } catch (error) {
    await file.close()
    throw error
  }
}

interface Rows {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** What stands after `select …`: $1 is the organization. */
async function rowsOf(ctx: Context, { workflowId, filter, ownerUserId }: LeadExport): Promise<Rows> {
  const seen = seenCondition(ctx, 'lead', 'l', 4)
  const given = conditionsOf(await leadShape(ctx, workflowId, filter), filter, [
    ctx.orgId,
    workflowId,
    ownerUserId ?? null,
    ...seen.values,
  ])
  return {
    sql: `from intake.leads l where l.org_id = $1 and l.workflow_id = $2 and l.deleted_at is null
      and ($3::uuid is null or l.owner_user_id = $3)${seen.sql}${given.sql}`,
    values: given.values,
  }
}

async function countLeads(ctx: Context, asked: LeadExport): Promise<number> {
  const { sql, values } = await rowsOf(ctx, asked)
  const found = await withAnswersInSight(ctx, asked.filter, () =>
    ctx.db.queryOnce<{ count: number }>(`select count(*)::int as count ${sql}`, values),
  )
  return found.rows[0]?.count ?? 0
}

/** The text of a file, a page of leads at a time, the heading first. */
async function* textOf(ctx: Context, asked: LeadExport): AsyncGenerator<{ text: string; rows: number }> {
  const { workflowId, filter, delimiter, mark } = asked
  const columns = await answerColumns(ctx, workflowId)
  const statuses = new Map((await listStatuses(ctx, workflowId)).map(({ status, name }) => [status, name]))
  const heading = csvLine([...LEAD_HEADINGS, ...columns.map(column => column.heading)], delimiter)
  yield { text: (mark ? '\uFEFF' : '') + heading, rows: 0 }
  const { sql, values } = await rowsOf(ctx, asked)
  const [place, most] = [`$${values.length + 1}`, `$${values.length + 2}`]
  const text = `select ${LEAD_COLUMNS} ${sql} and (${place}::uuid is null or l.id < ${place}) order by l.id desc limit ${most}`
  let after: string | null = null
  for (;;) {
    const given: readonly unknown[] = [...values, after, PAGE]
    const { rows }: { rows: LeadRow[] } = await withAnswersInSight(ctx, filter, () =>
      ctx.db.queryOnce<LeadRow>(text, given),
    )
    const [answers, owners] = await Promise.all([answersOf(ctx, rows), ownersOf(ctx, rows)])
    const line = (lead: LeadRow) =>
      csvLine(
        [...factsOf(lead, statuses, owners), ...answerCells(columns, answers, lead.id, delimiter)],
        delimiter,
      )
    yield { text: rows.map(line).join(''), rows: rows.length }
    after = rows.at(-1)?.id ?? null
    if (rows.length < PAGE) return
  }
}

function factsOf(
  lead: LeadRow,
  statuses: ReadonlyMap<string, string>,
  owners: ReadonlyMap<string, string>,
): string[] {
  return [
    lead.id,
    lead.name,
    lead.email,
    statuses.get(lead.status) ?? lead.status,
    lead.owner_user_id === null ? '' : (owners.get(lead.owner_user_id) ?? ''),
    lead.source,
    lead.created_at.toISOString(),
    lead.last_submitted_at.toISOString(),
    lead.status_changed_at.toISOString(),
  ]
}

function answerCells(
  columns: readonly AnswerColumn[],
  answers: ReadonlyMap<string, Readonly<Record<string, string>>>,
  leadId: string,
  delimiter: string,
): string[] {
  const given = answers.get(leadId)
  return columns.map(({ fieldId, type }) => {
    const value = given?.[fieldId]
    return value === undefined ? '' : answerCell(type, value, delimiter)
  })
}

async function answersOf(
  ctx: Context,
  leads: readonly LeadRow[],
): Promise<ReadonlyMap<string, Record<string, string>>> {
  const ids = leads.map(({ id }) => id)
  openRecords(ctx, 'lead', ids)
  const found = await ctx.db.query<{ lead_id: string; answers: Record<string, string> }>(
    `select lead_id, jsonb_object_agg(field_id, value) as answers from intake.lead_values
     where org_id = $1 and lead_id = any($2::uuid[]) group by lead_id`,
    [ctx.orgId, ids],
  )
  return new Map(found.rows.map(row => [row.lead_id, row.answers]))
}

async function ownersOf(ctx: Context, leads: readonly LeadRow[]): Promise<ReadonlyMap<string, string>> {
  const ids = leads.flatMap(({ owner_user_id }) => owner_user_id ?? [])
  const members = await nameMembers(ctx, [...new Set(ids)])
  return new Map(members.map(({ userId, name }) => [userId, name]))
}

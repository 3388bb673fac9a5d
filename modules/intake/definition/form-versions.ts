import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { FormContent } from '../form-definition.ts'
import { DraftContent, type FormVersion } from './draft-api.ts'
import { isSame, readState } from './form-state.ts'

interface VersionRow {
  number: number
  is_current: boolean
  fields: number
  user_id: string | null
  created_at: Date
  definition: unknown
}

const SELECT = (columns: string) => `
  select v.number, v.number = f.published_version as is_current, jsonb_array_length(v.definition->'fields') as fields,
    v.user_id, v.created_at${columns}
  from intake.forms f
  join intake.form_versions v on v.org_id = $1 and v.form_id = f.id
  where f.org_id = $1 and f.workflow_id = $2`

/**
 * A page of the versions of a form, the newest first. Throws `request.not_found`, and `request.invalid` for a cursor of something
 * else.
 */
export async function listVersions(
  ctx: Context,
  workflowId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: FormVersion[]; nextCursor: string | null }> {
  if (cursor !== undefined && !/^[1-9]\d{0,8}$/.test(cursor)) {
    const message = 'This is no cursor of this list.'
    throw generalErrors.invalid({
      errors: [{ in: 'query', pointer: '/cursor', code: 'invalid_cursor', message }],
    })
  }
  const found = await ctx.db.query<VersionRow>(
    `${SELECT('')} and ($3::int is null or v.number < $3) order by v.number desc limit $4`,
    [ctx.orgId, workflowId, cursor === undefined ? null : Number(cursor), limit + 1],
  )
  if (found.rows.length === 0 && !(await readState(ctx, workflowId))) throw generalErrors.not_found()
  const rows = found.rows.slice(0, limit)
  const last = rows.at(-1)
  return {
    items: await withNames(ctx, rows),
    nextCursor: found.rows.length > limit && last ? String(last.number) : null,
  }
}

/** A version with what was published. Throws `request.not_found`. */
export async function getVersion(
  ctx: Context,
  workflowId: string,
  number: number,
): Promise<FormVersion & { definition: DraftContent }> {
  const found = await ctx.db.query<VersionRow>(`${SELECT(', v.definition')} and v.number = $3`, [
    ctx.orgId,
    workflowId,
    number,
  ])
  const [version] = await withNames(ctx, found.rows)
  if (!version) throw generalErrors.not_found()
  return { ...version, definition: DraftContent.parse(found.rows[0]?.definition) }
}

async function withNames(ctx: Context, rows: readonly VersionRow[]): Promise<FormVersion[]> {
  const names = await nameMembers(
    ctx,
    rows.flatMap(row => row.user_id ?? []),
  )
  const by = new Map(names.map(({ userId, name }) => [userId, { userId, name }]))
  return rows.map(row => ({
    number: row.number,
    isCurrent: row.is_current,
    fields: row.fields,
    publishedBy: (row.user_id && by.get(row.user_id)) || null,
    publishedAt: row.created_at.toISOString(),
  }))
}

/**
 * Keeps what visitors see from now on as the next version of a locked form, unless the last one says the same.
 */
export async function keepVersion(ctx: Context, formId: string, content: FormContent): Promise<void> {
  const found = await ctx.db.query<{ number: number; definition: object }>(
    `select number, definition from intake.form_versions
     where org_id = $1 and form_id = $2 order by number desc limit 1`,
    [ctx.orgId, formId],
  )
  const last = found.rows[0]
  const was = FormContent.safeParse(last?.definition)
  if (was.success && isSame(was.data, content)) return
  const { actor } = ctx
  await Promise.all([
    ctx.db.query(
      `insert into intake.form_versions (org_id, form_id, number, definition, actor_type, user_id)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        ctx.orgId,
        formId,
        (last?.number ?? 0) + 1,
        JSON.stringify(content),
        actor.type,
        actor.type === 'user' ? actor.userId : null,
      ],
    ),
    ctx.db.query('update intake.forms set published_version = $3 where org_id = $1 and id = $2', [
      ctx.orgId,
      formId,
      (last?.number ?? 0) + 1,
    ]),
  ])
}

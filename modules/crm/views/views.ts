import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import type { Principal } from '#platform/http/handlers.ts'
import { pageOfRows, readCursor } from '#platform/http/page.ts'
import { newId } from '#platform/ids.ts'
import { crmErrors } from '../errors.ts'
import type { RecordObject } from '../record-api.ts'
import {
  type View,
  type ViewSettings,
  ViewSettings as ViewSettingsSchema,
  type ViewType,
  type ViewVisibility,
  viewChanged,
} from '../views-api.ts'

/** More views of an object than anybody tells apart; a page of an API must not be able to fill the tabs. */
const VIEWS_MAX = 500

interface ViewRow {
  id: string
  object: RecordObject
  name: string
  icon: string | null
  type: ViewType
  settings: unknown
  visibility: ViewVisibility
  user_id: string | null
  is_pinned: boolean
  place: number
  is_default: boolean
  created_at: Date
  updated_at: Date
  version: string
}

/** What of a view can be said when it is made or changed. */
export interface ViewChanges {
  readonly name?: string | undefined
  readonly icon?: string | null | undefined
  readonly type?: ViewType | undefined
  readonly settings?: ViewSettings | undefined
  readonly visibility?: ViewVisibility | undefined
}

// A personal view of somebody else is not there. $2 is the reader, null for a program.
const SELECT = `
  select v.id, v.object, v.name, v.icon, v.type, v.settings, v.visibility, v.user_id, v.created_at, v.updated_at,
    coalesce(k.is_pinned, false) as is_pinned, coalesce(k.place, 0) as place, coalesce(k.is_default, false) as is_default,
    ${rowVersion('v.updated_at')} as version
  from crm.views v
  left join crm.view_marks k on k.org_id = $1 and k.view_id = v.id and k.user_id = $2::uuid
  where v.org_id = $1 and (v.visibility <> 'personal' or v.user_id = $2::uuid)`

/** The views of an object that the reader uses: pinned ones first, in the reader's order, then by age. */
export async function pageOfViews(
  ctx: Context,
  reader: Principal,
  query: { limit: number; cursor?: string | undefined; object: RecordObject },
): Promise<{ items: View[]; nextCursor: string | null }> {
  const after = readCursor(query, 3)
  const found = await ctx.db.query<ViewRow>(
    `${SELECT} and v.object = $3
       and ($4::boolean is null or (not coalesce(k.is_pinned, false), coalesce(k.place, 0), v.id) > ($4, $5::integer, $6::uuid))
     order by not coalesce(k.is_pinned, false), coalesce(k.place, 0), v.id limit $7`,
    [ctx.orgId, reader.userId, query.object, ...(after ?? [null, null, null]), query.limit + 1],
  )
  return pageOfRows(
    query,
    found.rows,
    row => viewOf(row, reader),
    row => [String(!row.is_pinned), String(row.place), row.id],
  )
}

/** One view and its version. Throws `request.not_found`. */
export async function getView(
  ctx: Context,
  reader: Principal,
  viewId: string,
): Promise<{ view: View; version: string }> {
  const row = await readRow(ctx, reader, viewId)
  return { view: viewOf(row, reader), version: row.version }
}

/** Saves a view and pins it for who made it. Throws `crm.view_for_person`, `crm.too_many_views`, `request.forbidden`. */
export async function createView(
  ctx: Context,
  maker: Principal,
  input: ViewChanges & { readonly object: RecordObject; readonly name: string },
): Promise<View> {
  const visibility = input.visibility ?? 'personal'
  requireSharing(maker, visibility)
  const id = newId()
  const made = await ctx.db.query(
    `insert into crm.views (org_id, id, object, name, icon, type, settings, visibility, user_id)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9
     where (select count(*) from crm.views where org_id = $1 and object = $3
            and (visibility <> 'personal' or user_id = $9)) < ${VIEWS_MAX}`,
    [
      ctx.orgId,
      id,
      input.object,
      input.name,
      input.icon ?? null,
      input.type ?? 'table',
      JSON.stringify(input.settings ?? {}),
      visibility,
      maker.userId,
    ],
  )
  if (made.rowCount === 0) throw crmErrors.too_many_views()
  if (maker.userId !== null) await pinLast(ctx, maker.userId, id, input.object)
  await tellChanged(ctx, id, input.object)
  return (await getView(ctx, maker, id)).view
}

/**
 * Changes a view. Throws `request.not_found`, `request.forbidden` for a shared one without `views:write`, `crm.view_locked`
 * for a locked one of somebody else, and `request.changed_meanwhile`.
 */
export async function changeView(
  ctx: Context,
  by: Principal,
  viewId: string,
  changes: ViewChanges,
  expected: readonly string[] | null,
): Promise<{ view: View; version: string }> {
  await lockView(ctx, viewId)
  const row = await readRow(ctx, by, viewId)
  requireChangeable(by, row)
  requireSharing(by, changes.visibility ?? row.visibility)
  // Who uses a view is decided by who made it: nobody takes it from the others, or shuts them out of it.
  const isMoved = changes.visibility !== undefined && changes.visibility !== row.visibility
  if (isMoved && !isKeeper(by, row)) throw crmErrors.view_locked()
  if (!isExpected(expected, row.version)) {
    const { name, icon, type, settings, visibility } = row
    throw changedMeanwhile(changes, {
      version: row.version,
      value: { name, icon, type, settings, visibility },
    })
  }
  await ctx.db.query(
    `update crm.views set name = $3, icon = $4, type = $5, settings = $6, visibility = $7,
       user_id = case when $7 = 'personal' then $8::uuid else user_id end
     where org_id = $1 and id = $2`,
    [
      ctx.orgId,
      viewId,
      changes.name ?? row.name,
      changes.icon === undefined ? row.icon : changes.icon,
      changes.type ?? row.type,
      JSON.stringify(changes.settings ?? row.settings),
      changes.visibility ?? row.visibility,
      by.userId,
    ],
  )
  await tellChanged(ctx, viewId, row.object)
  return getView(ctx, by, viewId)
}

/** Deletes a view. Throws as `changeView` does. */
export async function deleteView(ctx: Context, by: Principal, viewId: string): Promise<void> {
  await lockView(ctx, viewId)
  const row = await readRow(ctx, by, viewId)
  requireChangeable(by, row)
  await ctx.db.query('delete from crm.views where org_id = $1 and id = $2', [ctx.orgId, viewId])
  await tellChanged(ctx, viewId, row.object)
}

/** Says what a view is to a person. Throws `request.not_found`, `crm.view_for_person` for a program. */
export async function markView(
  ctx: Context,
  reader: Principal,
  viewId: string,
  mark: { isPinned?: boolean | undefined; place?: number | undefined; isDefault?: boolean | undefined },
): Promise<View> {
  const { object } = await readRow(ctx, reader, viewId)
  if (reader.userId === null) throw crmErrors.view_for_person()
  // Two tabs that both choose a default wait for each other.
  await ctx.db.query('select 1 from iam.members where org_id = $1 and user_id = $2 for update', [
    ctx.orgId,
    reader.userId,
  ])
  if (mark.isDefault) {
    await ctx.db.query(
      `update crm.view_marks set is_default = false
       where org_id = $1 and user_id = $2 and object = $3 and is_default and view_id <> $4`,
      [ctx.orgId, reader.userId, object, viewId],
    )
  }
  await ctx.db.query(
    `insert into crm.view_marks (org_id, view_id, user_id, object, is_pinned, place, is_default)
     values ($1, $2, $3, $4, coalesce($5, false), coalesce($6, 0), coalesce($7, false))
     on conflict (org_id, view_id, user_id) do update set is_pinned = coalesce($5, view_marks.is_pinned),
       place = coalesce($6, view_marks.place), is_default = coalesce($7, view_marks.is_default)`,
    [
      ctx.orgId,
      viewId,
      reader.userId,
      object,
      mark.isPinned ?? null,
      mark.place ?? null,
      mark.isDefault ?? null,
    ],
  )
  return (await getView(ctx, reader, viewId)).view
}

async function pinLast(ctx: Context, userId: string, viewId: string, object: RecordObject): Promise<void> {
  await ctx.db.query(
    `insert into crm.view_marks (org_id, view_id, user_id, object, is_pinned, place)
     select $1, $2, $3, $4, true, coalesce(max(place), 0) + 1 from crm.view_marks
     where org_id = $1 and user_id = $3 and object = $4`,
    [ctx.orgId, viewId, userId, object],
  )
}

/** Two who change a view wait for each other, so that the version the second compares is the first one's. */
async function lockView(ctx: Context, viewId: string): Promise<void> {
  await ctx.db.query('select 1 from crm.views where org_id = $1 and id = $2 for update', [ctx.orgId, viewId])
}

async function readRow(ctx: Context, reader: Principal, viewId: string): Promise<ViewRow> {
  const found = await ctx.db.query<ViewRow>(`${SELECT} and v.id = $3`, [ctx.orgId, reader.userId, viewId])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

/** A view that others use is for those who may save such ones; a personal one needs a person. */
function requireSharing(by: Principal, visibility: ViewVisibility): void {
  if (visibility === 'personal' && by.userId === null) throw crmErrors.view_for_person()
  if (visibility !== 'personal' && !by.can('views:write')) throw generalErrors.forbidden()
}

function requireChangeable(by: Principal, row: ViewRow): void {
  if (row.visibility === 'personal' || mayChange(by, row)) return
  if (row.visibility === 'locked' && by.can('views:write')) throw crmErrors.view_locked()
  throw generalErrors.forbidden()
}

function mayChange(by: Principal, { visibility, user_id: owner }: ViewRow): boolean {
  const isOwn = owner !== null && owner === by.userId
  if (visibility === 'personal') return isOwn
  if (!by.can('views:write')) return false
  return visibility === 'shared' || isOwn || isAdmin(by)
}

function isKeeper(by: Principal, row: ViewRow): boolean {
  return (row.user_id !== null && row.user_id === by.userId) || isAdmin(by)
}

function isAdmin({ role }: Principal): boolean {
  return role === 'owner' || role === 'admin'
}

function viewOf(row: ViewRow, reader: Principal): View {
  const settings = ViewSettingsSchema.safeParse(row.settings)
  return {
    id: row.id,
    object: row.object,
    name: row.name,
    icon: row.icon,
    type: row.type,
    settings: settings.success ? settings.data : {},
    visibility: row.visibility,
    ownerUserId: row.user_id,
    isMine: row.user_id !== null && row.user_id === reader.userId,
    mayChange: mayChange(reader, row),
    isPinned: row.is_pinned,
    place: row.place,
    isDefault: row.is_default,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

async function tellChanged(ctx: Context, viewId: string, object: RecordObject): Promise<void> {
  await publish(ctx, viewChanged, { subjects: [{ type: 'view', id: viewId }], payload: { viewId, object } })
}

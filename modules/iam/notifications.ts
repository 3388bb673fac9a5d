import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import type { RouteReply } from '#platform/contract/route.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { type listNotifications, type Notification, notificationCreated, type Role } from './contract.ts'

const TITLE_MAX = 200
const BODY_MAX = 2000

/** The user ids of the active members with one of the roles, in the order in which they became members. */
export async function listMemberUserIds(ctx: Context, wanted: readonly Role[]): Promise<string[]> {
  const result = await ctx.db.query<{ user_id: string }>(
    `select user_id from iam.members
     where org_id = $1 and status = 'active' and role = any($2) order by id`,
    [ctx.orgId, wanted],
  )
  return result.rows.map(row => row.user_id)
}

export interface NotificationForRoles {
  /** Says what it is about, for example `run:<id>:notify`; stated again, nobody is notified twice. */
  readonly key: string
  readonly roles: readonly Role[]
  /** Cut to 200 characters; the body to 2,000. */
  readonly title: string
  readonly body: string
  /** A path of the app. */
  readonly link?: string
}

/**
 * Tells the active members with one of the roles something inside the app, and returns how many had not been
 * told before. Publishes `notification.created` when there are any.
 */
export async function notifyMembers(ctx: Context, notification: NotificationForRoles): Promise<number> {
  const userIds = await listMemberUserIds(ctx, notification.roles)
  if (userIds.length === 0) return 0
  const result = await ctx.db.query<{ id: string; user_id: string }>(
    `insert into iam.notifications (org_id, id, user_id, key, title, body, link)
     select $1, told.id, told.user_id, $4, $5, $6, $7 from unnest($2::uuid[], $3::uuid[]) as told (id, user_id)
     on conflict (org_id, user_id, key) do nothing
     returning id, user_id`,
    [
      ctx.orgId,
      userIds.map(() => newId()),
      userIds,
      notification.key,
      cut(notification.title.trim(), TITLE_MAX) || 'Notification',
      cut(notification.body, BODY_MAX),
      notification.link ?? null,
    ],
  )
  const created = result.rows
  if (created.length === 0) return 0
  await publish(ctx, notificationCreated, {
    subjects: created.map(row => ({ type: 'user', id: row.user_id })),
    payload: {
      key: notification.key,
      notifications: created.map(row => ({ id: row.id, userId: row.user_id })),
    },
  })
  return created.length
}

/** Cuts between characters, and says that there was more. */
function cut(text: string, max: number): string {
  const characters = [...text]
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`
}

type Page = RouteReply<typeof listNotifications>

interface Row {
  id: string
  title: string
  body: string
  link: string | null
  read_at: Date | null
  created_at: Date
}

/** A page of a member's notifications, newest first. The cursor is the id of the last one shown. */
export async function pageOfNotifications(
  ctx: Context,
  userId: string,
  page: { limit: number; before?: string | undefined; unread?: boolean | undefined },
): Promise<Page> {
  const [rows, unreadCount] = await Promise.all([
    ctx.db.query<Row>(
      `select id, title, body, link, read_at, created_at from iam.notifications
       where org_id = $1 and user_id = $2 and ($3::uuid is null or id < $3) and ($4 or read_at is null)
       order by id desc limit $5`,
      [ctx.orgId, userId, page.before ?? null, page.unread !== true, page.limit + 1],
    ),
    countUnread(ctx, userId),
  ])
  const items = rows.rows.slice(0, page.limit).map(shown)
  const more = rows.rows.length > page.limit
  return { items, nextCursor: more ? (items.at(-1)?.id ?? null) : null, unreadCount }
}

function shown(row: Row): z.input<typeof Notification> {
  return {
    id: row.id,
    title: row.title,
    body: row.body,
    link: row.link,
    readAt: row.read_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  }
}

async function countUnread(ctx: Context, userId: string): Promise<number> {
  const result = await ctx.db.query<{ n: number }>(
    'select count(*)::int as n from iam.notifications where org_id = $1 and user_id = $2 and read_at is null',
    [ctx.orgId, userId],
  )
  return result.rows[0]?.n ?? 0
}

/**
 * Marks a member's own notifications as read: the named ones, or all up to and including one. Ids of others
 * are passed over like ids that do not exist. Returns how many are left unread.
 */
export async function markRead(
  ctx: Context,
  userId: string,
  which: { ids?: readonly string[] | undefined; upTo?: string | undefined },
): Promise<number> {
  await ctx.db.query(
    `update iam.notifications set read_at = now()
     where org_id = $1 and user_id = $2 and read_at is null and (id = any($3::uuid[]) or id <= $4::uuid)`,
    [ctx.orgId, userId, which.ids ?? [], which.upTo ?? null],
  )
  return countUnread(ctx, userId)
}

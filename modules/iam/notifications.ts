import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import type { Subject } from '#platform/contract/event.ts'
import type { RouteReply } from '#platform/contract/route.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { aboutSeen, sightOf } from '#platform/owned.ts'
import {
  type listNotifications,
  type Notification,
  type NotificationKind,
  notificationCreated,
  type Role,
} from './contract.ts'
import { queueLetter, recipientKey } from './letters.ts'
import { type Recipient, recipientsOf } from './notification-settings.ts'
import { seeingMembers } from './record-access.ts'

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
  /** Active members who are told besides, whatever their role. */
  readonly userIds?: readonly string[]
  /** Cut to 200 characters; the body to 2,000. */
  readonly title: string
  readonly body: string
  /** A path of the app. */
  readonly link?: string
  /** The record it is about: who does not see that one does not see the notification. */
  readonly about?: Subject
  /** What it is, for members who have chosen how to be told of such; without it all are told in the app. */
  readonly kind?: NotificationKind
}

/**
 * Tells the active members with one of the roles, and those who are named, something inside the app and, if they chose so, by e-mail. Returns how
 * many had not been told before. Publishes `notification.created` when there are any. For one who wants nothing of the
 * kind in the app it is in the list as read, which is also how a repetition is known.
 */
export async function notifyMembers(ctx: Context, notification: NotificationForRoles): Promise<number> {
  const asked = [
    ...new Set([...(await listMemberUserIds(ctx, notification.roles)), ...(notification.userIds ?? [])]),
  ]
  const userIds = notification.about ? await seeingMembers(ctx, notification.about, asked) : asked
  if (userIds.length === 0) return 0
  const recipients = await recipientsOf(ctx, userIds, notification.kind)
  const result = await ctx.db.query<{ id: string; user_id: string }>(
    `insert into iam.notifications (org_id, id, user_id, key, title, body, link, about_object, about_id, read_at)
     select $1, told.id, told.user_id, $4, $5, $6, $7, $8, $9, case when not told.in_app then now() end
     from unnest($2::uuid[], $3::uuid[], $10::boolean[]) as told (id, user_id, in_app)
     on conflict (org_id, user_id, key) do nothing
     returning id, user_id`,
    [
      ctx.orgId,
      recipients.map(() => newId()),
      recipients.map(each => each.userId),
      notification.key,
      cut(notification.title.trim(), TITLE_MAX) || 'Notification',
      cut(notification.body, BODY_MAX),
      notification.link ?? null,
      notification.about?.type ?? null,
      notification.about?.id ?? null,
      recipients.map(each => each.inApp),
    ],
  )
  const told = new Map(recipients.map(each => [each.userId, each]))
  for (const { user_id } of result.rows) await mail(ctx, told.get(user_id), notification)
  const created = result.rows.filter(row => told.get(row.user_id)?.inApp)
  if (created.length === 0) return result.rows.length
  await publish(ctx, notificationCreated, {
    subjects: created.map(row => ({ type: 'user', id: row.user_id })),
    payload: {
      key: notification.key,
      notifications: created.map(row => ({ id: row.id, userId: row.user_id })),
    },
  })
  return result.rows.length
}

/** Letters to one person in an hour beyond which a notification stays in the app, so that a link that opens the account still gets through. */
const LETTERS_MAX = 5

async function mail(
  ctx: Context,
  recipient: Recipient | undefined,
  { title, body, link }: NotificationForRoles,
): Promise<void> {
  const to = recipient?.mailTo ?? null
  if (to === null) return
  const recent = await ctx.db.query<{ n: number }>(
    `select count(*)::int as n from iam.letters where recipient = $1 and created_at > now() - interval '1 hour'`,
    [recipientKey(ctx.kit, to)],
  )
  if ((recent.rows[0]?.n ?? 0) >= LETTERS_MAX) return
  const { publicUrl } = ctx.kit.config
  const lines = [cut(body, BODY_MAX), ...(link ? [publicUrl + link] : []), whyMailed(publicUrl)]
  await queueLetter(ctx.db, ctx.kit, {
    to,
    subject: cut(title.trim(), TITLE_MAX) || 'Notification',
    text: lines.filter(Boolean).join('\n\n'),
    expiresAt: null,
  })
}

function whyMailed(publicUrl: string): string {
  return `You chose to get this by e-mail. Change it at ${publicUrl}/settings/notifications.`
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
       where org_id = $1 and user_id = $2 and ($3::uuid is null or id < $3) and ($4 or read_at is null)${notHidden(ctx)}
       order by id desc limit $5`,
      [ctx.orgId, userId, page.before ?? null, page.unread !== true, page.limit + 1],
    ),
    countUnread(ctx, userId),
  ])
  const items = rows.rows.slice(0, page.limit).map(shown)
  const more = rows.rows.length > page.limit
  return { items, nextCursor: more ? (items.at(-1)?.id ?? null) : null, unreadCount }
}

/** Leaves out what is about records that the reader does not see, or no longer. */
function notHidden(ctx: Context): string {
  return [...ctx.kit.owned.keys()]
    .filter(object => sightOf(ctx, object))
    .map(
      object =>
        ` and (about_object is distinct from '${object}' or (true${aboutSeen(ctx, object, 'about_id')}))`,
    )
    .join('')
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
    `select count(*)::int as n from iam.notifications
     where org_id = $1 and user_id = $2 and read_at is null${notHidden(ctx)}`,
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

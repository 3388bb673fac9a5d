import type { Context } from '#platform/context.ts'
import {
  type NotificationKind,
  type NotificationSetting,
  notificationKinds,
} from './notification-settings-api.ts'

interface Row {
  kind: NotificationKind
  in_app: boolean
  by_email: boolean
}

/** What a member is told about, and how: every kind, in the app and not by e-mail unless they chose otherwise. */
export async function notificationSettings(ctx: Context, userId: string): Promise<NotificationSetting[]> {
  const stored = await ctx.db.query<Row>(
    'select kind, in_app, by_email from iam.notification_settings where org_id = $1 and user_id = $2',
    [ctx.orgId, userId],
  )
  return notificationKinds.map(kind => {
    const row = stored.rows.find(each => each.kind === kind)
    return { kind, inApp: row?.in_app ?? true, byEmail: row?.by_email ?? false }
  })
}

/** Stores what a member chose; kinds that are not named stay as they are. Returns all. */
export async function setNotificationSettings(
  ctx: Context,
  userId: string,
  wanted: readonly NotificationSetting[],
): Promise<NotificationSetting[]> {
  // In one order, so that two requests at once wait for each other instead of locking each other out.
  const last = [...new Map(wanted.map(each => [each.kind, each])).values()]
  await ctx.db.query(
    `insert into iam.notification_settings (org_id, user_id, kind, in_app, by_email)
     select $1, $2, wanted.* from unnest($3::text[], $4::boolean[], $5::boolean[]) as wanted (kind, in_app, by_email)
     order by wanted.kind
     on conflict (org_id, user_id, kind) do update set in_app = excluded.in_app, by_email = excluded.by_email`,
    [
      ctx.orgId,
      userId,
      last.map(each => each.kind),
      last.map(each => each.inApp),
      last.map(each => each.byEmail),
    ],
  )
  return notificationSettings(ctx, userId)
}

/** How a member is told. */
export interface Recipient {
  readonly userId: string
  readonly inApp: boolean
  /** Set for one who wants it by e-mail at an address that is confirmed. */
  readonly mailTo: string | null
}

/** How each of some members wants to be told of a kind. What has no kind is told in the app to everybody. */
export async function recipientsOf(
  ctx: Context,
  userIds: readonly string[],
  kind: NotificationKind | undefined,
): Promise<Recipient[]> {
  if (kind === undefined) return userIds.map(userId => ({ userId, inApp: true, mailTo: null }))
  const found = await ctx.db.query<{ user_id: string; in_app: boolean; mail_to: string | null }>(
    `select wanted.user_id, coalesce(s.in_app, true) as in_app,
            case when s.by_email and u.email_verified_at is not null and u.status = 'active' then u.email::text end as mail_to
     from unnest($2::uuid[]) with ordinality as wanted (user_id, place)
     join iam.users u on u.id = wanted.user_id
     left join iam.notification_settings s on s.org_id = $1 and s.user_id = wanted.user_id and s.kind = $3
     order by wanted.place`,
    [ctx.orgId, userIds, kind],
  )
  return found.rows.map(row => ({ userId: row.user_id, inApp: row.in_app, mailTo: row.mail_to }))
}

import { z } from 'zod'
import { defineRoute } from '#platform/contract/route.ts'

/** What a member can be told about. */
export const notificationKinds = ['approvals', 'failed_runs', 'mail_failures', 'member_news'] as const
export type NotificationKind = (typeof notificationKinds)[number]

export const NotificationSetting = z
  .object({
    kind: z.enum(notificationKinds),
    inApp: z.boolean(),
    byEmail: z.boolean().describe('Only to an e-mail address that is confirmed.'),
  })
  .meta({ id: 'NotificationSetting' })
export type NotificationSetting = z.output<typeof NotificationSetting>

const response = z.object({ items: z.array(NotificationSetting) })

export const getNotificationSettings = defineRoute({
  id: 'iam.notification-settings.get',
  method: 'GET',
  path: '/v1/notification-settings',
  summary: 'What you are told about in this organization, and how',
  access: 'notifications:read',
  response,
})

export const setNotificationSettings = defineRoute({
  id: 'iam.notification-settings.set',
  method: 'PUT',
  path: '/v1/notification-settings',
  summary: 'Choose what you are told about, and how',
  description: 'Kinds that are not named stay as they are.',
  // It changes nothing but the member's own settings, so reading is enough.
  access: 'notifications:read',
  body: z.strictObject({ items: z.array(NotificationSetting).min(1).max(notificationKinds.length) }),
  response,
})

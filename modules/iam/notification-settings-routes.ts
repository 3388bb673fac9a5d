import { type Implemented, implement } from '#platform/http/handlers.ts'
import { getNotificationSettings, setNotificationSettings } from './contract.ts'
import * as settings from './notification-settings.ts'
import { signedIn } from './signed-in.ts'

export const notificationSettingsRoutes: readonly Implemented[] = [
  implement(getNotificationSettings, async (ctx, _input, http) => ({
    items: await settings.notificationSettings(ctx, signedIn(http).userId),
  })),

  implement(setNotificationSettings, async (ctx, { body }, http) => ({
    items: await settings.setNotificationSettings(ctx, signedIn(http).userId, body.items),
  })),
]

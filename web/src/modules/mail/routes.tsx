import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { getMailbox, getMessage, listMessages, MessageStatus } from '#modules/mail/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { onLive } from '../../shell/live.ts'
import { renewSoon } from '../../shell/renew-soon.ts'
import { appRoute } from '../../shell/root-routes.tsx'

/** Messages often leave in bursts; the list is read again at most this often. */
const RENEW_GAP_MS = 250

export type MessageView = 'html' | 'headers'

interface MailboxSearch {
  /** Only messages with this status. */
  status?: MessageStatus | undefined
  /** How the message is shown; its text otherwise. */
  view?: MessageView | undefined
}

function validateSearch(search: Record<string, unknown>): MailboxSearch {
  const status = MessageStatus.safeParse(search.status)
  return {
    ...(status.success ? { status: status.data } : {}),
    ...(search.view === 'html' || search.view === 'headers' ? { view: search.view } : {}),
  }
}

const mailboxRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/mailbox',
  validateSearch,
  component: lazyRouteComponent(() => import('./mailbox-page.tsx'), 'MailboxPage'),
})

const noMessageRoute = createRoute({
  getParentRoute: () => mailboxRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./no-message.tsx'), 'NoMessage'),
})

const messageRoute = createRoute({
  getParentRoute: () => mailboxRoute,
  path: '$messageId',
  // Begun when the pointer rests on a message, never waited for: the pane shows itself what is missing.
  loader: ({ context, params }) => {
    context.queryClient.prefetchQuery(routeQuery(getMessage, { params }))
  },
  component: lazyRouteComponent(() => import('./message-page.tsx'), 'MessagePage'),
})

export const mailRoutes = [mailboxRoute.addChildren([noMessageRoute, messageRoute])]

onLive('email.', () => {
  for (const route of [listMessages, getMessage, getMailbox]) renewSoon([route.id], RENEW_GAP_MS)
})

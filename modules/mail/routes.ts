import { generalErrors } from '#platform/errors.ts'
import { type Implemented, implement } from '#platform/http/handlers.ts'
import * as contract from './contract.ts'
import { htmlBodyPage } from './html-page.ts'
import { describeMailbox } from './mailboxes.ts'
import { getMessage, listMessages } from './messages.ts'
import { resolveUnknown } from './resolution.ts'

export const mailRoutes: readonly Implemented[] = [
  implement(contract.listMessages, (ctx, { query }) => listMessages(ctx, query)),
  implement(contract.getMessage, (ctx, { params }) => getMessage(ctx, params.messageId)),
  implement(contract.showMessageHtml, async (ctx, { params }) => {
    const { html } = await getMessage(ctx, params.messageId)
    if (html === null) throw generalErrors.not_found()
    return htmlBodyPage(html)
  }),
  implement(contract.getMailbox, ctx => describeMailbox(ctx)),
  implement(contract.resolveUnknown, (ctx, { params, body }) =>
    resolveUnknown(ctx, params.messageId, body.as),
  ),
]

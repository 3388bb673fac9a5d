import { type Implemented, implement, implementInTwo } from '#platform/http/handlers.ts'
import * as accounts from './mail-accounts.ts'
import * as files from './mail-files.ts'
import {
  blockMailSender,
  changeMailAccount,
  createMailAccount,
  deleteMailAccount,
  deleteMailTag,
  deleteReceivedMail,
  getMailInbox,
  getReceivedMail,
  listLeadMailFiles,
  listMailAccounts,
  listReceivedMails,
  readMailFile,
  readMailSource,
  releaseMail,
  renewMailAddress,
  saveMailInbox,
  saveMailTag,
} from './mail-in-api.ts'
import * as inbox from './mail-inbox.ts'
import * as log from './mail-log.ts'

/** The routes of e-mail that becomes leads. */
export const mailInRoutes: readonly Implemented[] = [
  implement(getMailInbox, ctx => inbox.getMailInbox(ctx)),
  implement(saveMailInbox, (ctx, { body }) => inbox.saveMailInbox(ctx, body)),
  implement(renewMailAddress, ctx => inbox.renewMailAddress(ctx)),
  implement(saveMailTag, (ctx, { params, body }) => inbox.saveMailTag(ctx, params.workflowId, body.tag)),
  implement(deleteMailTag, async (ctx, { params }) => {
    await inbox.deleteMailTag(ctx, params.workflowId)
    return undefined
  }),
  implement(listReceivedMails, (ctx, { query }) => log.listReceivedMails(ctx, query)),
  implement(getReceivedMail, (ctx, { params }) => log.getReceivedMail(ctx, params.mailId)),
  implementInTwo(
    readMailSource,
    (ctx, { params }) => log.loadMailSource(ctx, params.mailId),
    (bytes, { kit }) => log.giveMailSource(kit, bytes),
  ),
  implement(releaseMail, (ctx, { params, body }) => log.releaseMail(ctx, params.mailId, body)),
  implement(blockMailSender, async (ctx, { params, body }) => {
    await log.blockMailSender(ctx, params.mailId, body.kind)
    return undefined
  }),
  implement(deleteReceivedMail, async (ctx, { params }) => {
    await log.deleteReceivedMail(ctx, params.mailId)
    return undefined
  }),
  implement(listMailAccounts, ctx => accounts.listMailAccounts(ctx)),
  implement(createMailAccount, (ctx, { body }) => accounts.createMailAccount(ctx, body)),
  implement(changeMailAccount, (ctx, { params, body }) =>
    accounts.changeMailAccount(ctx, params.accountId, body),
  ),
  implement(deleteMailAccount, async (ctx, { params }) => {
    await accounts.deleteMailAccount(ctx, params.accountId)
    return undefined
  }),
  implement(listLeadMailFiles, (ctx, { params }) => files.listLeadMailFiles(ctx, params.leadId)),
  implement(readMailFile, (ctx, { params, query }) => files.readMailFile(ctx, params, query.show)),
]

import { type Implemented, implement } from '#platform/http/handlers.ts'
import { getProtection, setProtection } from './protection.ts'
import { getFormProtection, setFormProtection } from './protection-api.ts'
import {
  blockSender,
  changeQuarantine,
  countQuarantine,
  deleteQuarantined,
  listQuarantine,
  releaseQuarantined,
} from './quarantine.ts'
import {
  blockSender as blockSenderRoute,
  changeQuarantine as changeQuarantineRoute,
  countQuarantine as countQuarantineRoute,
  createSenderRule,
  deleteQuarantined as deleteQuarantinedRoute,
  deleteSenderRule as deleteSenderRuleRoute,
  listQuarantine as listQuarantineRoute,
  listSenderRules as listSenderRulesRoute,
  releaseQuarantined as releaseQuarantinedRoute,
} from './quarantine-api.ts'
import { decideNamed, deleteSenderRule, listSenderRules } from './senders.ts'

/** What was held back, the senders that somebody decided about, and how forms are protected. */
export const quarantineRoutes: readonly Implemented[] = [
  implement(listQuarantineRoute, (ctx, { query }) => listQuarantine(ctx, query)),
  implement(countQuarantineRoute, (ctx, { query }) => countQuarantine(ctx, query.workflowId)),
  implement(releaseQuarantinedRoute, (ctx, { params }) => releaseQuarantined(ctx, params.quarantinedId)),
  implement(deleteQuarantinedRoute, async (ctx, { params }) => {
    await deleteQuarantined(ctx, params.quarantinedId)
    return undefined
  }),
  implement(changeQuarantineRoute, (ctx, { body }) => changeQuarantine(ctx, body.act, body.ids)),
  implement(blockSenderRoute, (ctx, { params, body }) => blockSender(ctx, params.quarantinedId, body.kind)),
  implement(listSenderRulesRoute, (ctx, { query }) => listSenderRules(ctx, query)),
  implement(createSenderRule, (ctx, { body }) =>
    decideNamed(ctx, { ...body, value: body.value.toLowerCase() }),
  ),
  implement(deleteSenderRuleRoute, async (ctx, { params }) => {
    await deleteSenderRule(ctx, params.senderRuleId)
    return undefined
  }),
  implement(getFormProtection, (ctx, { params }) => getProtection(ctx, params.workflowId)),
  implement(setFormProtection, (ctx, { params, body }) => setProtection(ctx, params.workflowId, body)),
]

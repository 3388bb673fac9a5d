/** Which kinds of steps of n8n become what. Everything that is not listed is kept as it was. Browser-safe. */

import * as accounts from './steps-accounts.ts'
import { code } from './steps-code.ts'
import * as flow from './steps-flow.ts'
import { graphql, httpRequest } from './steps-http.ts'
import * as lists from './steps-lists.ts'
import { emailSend, gmail, outlook } from './steps-mail.ts'
import { calling, callingTriggers } from './steps-senders.ts'
import * as triggers from './steps-triggers.ts'
import { dateTime, html, set } from './steps-values.ts'
import type { Mapped, Translation } from './translation.ts'

export type Mapper = (step: Translation) => Mapped

/** By the name behind `n8n-nodes-base.`. */
const MAPPERS: ReadonlyMap<string, Mapper> = new Map<string, Mapper>([
  ['manualTrigger', triggers.manual],
  ['start', triggers.manual],
  ['executeWorkflowTrigger', triggers.manual],
  ['errorTrigger', triggers.failure],
  ['webhook', triggers.webhook],
  ['formTrigger', triggers.form],
  ['scheduleTrigger', triggers.schedule],
  ['cron', triggers.schedule],
  ['interval', triggers.schedule],
  ...callingTriggers.map((name): [string, Mapper] => [name, calling]),
  ['if', flow.condition],
  ['filter', flow.filter],
  ['switch', flow.choice],
  ['noOp', flow.nothing],
  ['merge', flow.merge],
  ['wait', flow.wait],
  ['stopAndError', flow.failing],
  ['splitInBatches', flow.batches],
  ['splitOut', flow.splitOutStep],
  ['executeWorkflow', flow.subWorkflow],
  ['respondToWebhook', flow.respond],
  ['set', set],
  ['dateTime', dateTime],
  ['html', html],
  ['aggregate', lists.aggregate],
  ['limit', lists.limit],
  ['sort', lists.sort],
  ['removeDuplicates', lists.unique],
  ['summarize', lists.summarize],
  ['itemLists', lists.itemLists],
  ['code', code],
  ['function', code],
  ['functionItem', code],
  ['httpRequest', httpRequest],
  ['graphql', graphql],
  ['emailSend', emailSend],
  ['gmail', gmail],
  ['microsoftOutlook', outlook],
  ['slack', accounts.slack],
  ['telegram', accounts.telegram],
  ['discord', accounts.discord],
  ['mattermost', accounts.mattermost],
  ['twilio', accounts.twilio],
  ['hubspot', accounts.hubspot],
  ['pipedrive', accounts.pipedrive],
])

export const STICKY_NOTE = 'n8n-nodes-base.stickyNote'

const BASE = 'n8n-nodes-base.'

export function mapperOf(kind: string): Mapper | undefined {
  return kind.startsWith(BASE) ? MAPPERS.get(kind.slice(BASE.length)) : undefined
}

/** Whether a step of this kind starts workflows, as far as its name tells. */
export function isTriggerKind(kind: string): boolean {
  const name = kind.slice(kind.lastIndexOf('.') + 1)
  return /Trigger$/i.test(name) || /^(?:webhook|cron|interval|start|emailReadImap)$/.test(name)
}

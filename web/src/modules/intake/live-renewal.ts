import {
  getBoard,
  getLead,
  getLeadAct,
  getPipelineSummary,
  listDeletedLeads,
  listLeadActs,
  listLeadColumns,
  listLeadDeliveries,
  listLeadEvents,
  listLeadMailFiles,
  listLeads,
  listLeadUploads,
  listSources,
} from '#modules/intake/contract.ts'
import type { Route } from '#platform/contract/route.ts'
import { onLive } from '../../shell/live.ts'
import type { LiveMessage } from '../../shell/live-message.ts'
import { queryClient } from '../../shell/query.ts'
import { renewSoon } from '../../shell/renew-soon.ts'

const LEAD_GAP_MS = 150
const BOARD_GAP_MS = 400

function renewLead(leadId: string): void {
  const routes: readonly Route[] = [getLead, listLeadEvents, listLeadUploads, listLeadMailFiles]
  for (const route of routes) {
    const known = queryClient.getQueryCache().findAll({
      queryKey: [route.id],
      predicate: query => JSON.stringify(query.queryKey).includes(leadId),
    })
    for (const query of known) renewSoon(query.queryKey, LEAD_GAP_MS)
  }
}

/** The leads a message is about. */
export function leadsOf(message: LiveMessage): string[] {
  return message.subjects.filter(subject => subject.type === 'lead').map(subject => subject.id)
}

function hear(message: LiveMessage): void {
  for (const leadId of leadsOf(message)) renewLead(leadId)
  if (!message.type.startsWith('lead.')) return
  if (message.type === 'lead.columns_changed')
    for (const route of [listLeadColumns, getLead]) renewSoon([route.id], LEAD_GAP_MS)
  for (const route of [getBoard, listLeads, getPipelineSummary, listDeletedLeads])
    renewSoon([route.id], BOARD_GAP_MS)
}

/** What was delivered to a source, or has become of it. */
function hearOfDelivery(): void {
  for (const route of [listSources, listLeadDeliveries]) renewSoon([route.id], BOARD_GAP_MS)
}

/** How far an act over many leads is. */
function hearOfAct(): void {
  for (const route of [getLeadAct, listLeadActs]) renewSoon([route.id], BOARD_GAP_MS)
}

/** Keeps boards and leads up to date from live messages, whether they are shown or only cached. */
export function renewLeadsOnLive(): void {
  for (const prefix of ['lead.', 'lead_event.', 'lead_file.', 'form.', 'workflow.', 'run.'])
    onLive(prefix, hear)
  onLive('lead_source.', hearOfDelivery)
  onLive('lead_act.', hearOfAct)
}

/** What a search finds beside the records of the CRM, from the modules that have it. */

import type { SearchSource } from '#modules/crm/index.ts'
import { findWorkflows, nameWorkflows } from '#modules/flow/index.ts'
import { findLeads } from '#modules/intake/index.ts'

const leads: SearchSource = {
  object: 'lead',
  read: 'leads:read',
  async find(ctx, question) {
    const found = await findLeads(ctx, question)
    const workflows = await nameWorkflows(
      ctx,
      found.map(lead => lead.workflowId),
    )
    return found.map(({ id, name, personId, workflowId, statusName, updatedAt }) => ({
      id,
      name,
      personId,
      detail: [workflows.get(workflowId), statusName].filter(Boolean).join(' · '),
      lastActivityAt: updatedAt.toISOString(),
    }))
  },
}

const WORDS = { draft: 'Draft', active: 'Active', paused: 'Paused', archived: 'Archived' } as const

const workflows: SearchSource = {
  object: 'workflow',
  read: 'workflows:read',
  async find(ctx, question) {
    return (await findWorkflows(ctx, question)).map(({ id, name, status, updatedAt }) => ({
      id,
      name,
      detail: WORDS[status],
      lastActivityAt: updatedAt.toISOString(),
    }))
  },
}

/** The sources of this program, in the order in which their answers are shown. */
export const searchSources: readonly SearchSource[] = [leads, workflows]

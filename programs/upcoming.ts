/** What is about to happen to people, from every module that acts by itself. */

import type { UpcomingSource } from '#modules/crm/index.ts'
import { controlRuns, runsUnderWay } from '#modules/flow/index.ts'
import { leadsOfPeople, personsOfLeads } from '#modules/intake/index.ts'

const workflowRuns: UpcomingSource = {
  read: 'runs:read',
  write: 'runs:write',
  async items(ctx, personIds) {
    const leadIds = await leadsOfPeople(ctx, personIds)
    const [runs, people] = [await runsUnderWay(ctx, leadIds), await personsOfLeads(ctx, leadIds)]
    return runs.map(run => ({
      id: run.runId,
      source: 'run',
      title: run.workflowName,
      dueOn: null,
      at: run.nextWakeAt?.toISOString() ?? null,
      assigneeUserId: null,
      about: { object: 'person', id: people.get(run.leadId) ?? '' },
      canPause: true,
      isPaused: run.status === 'paused',
    }))
  },
  async set(ctx, runIds, isPaused) {
    const { runs } = await controlRuns(ctx, { runIds: [...runIds] }, isPaused ? 'pause' : 'resume')
    return runs
  },
}

/** The sources of this program, one for each module. */
export const upcomingSources: readonly UpcomingSource[] = [workflowRuns]

import { getCompany, getPerson, listActivities, listAttachments } from '#modules/crm/contract.ts'
import { onLive } from '../../../shell/live.ts'
import { renewSoon } from '../../../shell/renew-soon.ts'

const GAP_MS = 150

/** Keeps timelines, what is upcoming, tasks and files up to date from live messages. Called once, at start. */
export function renewActivityOnLive(): void {
  onLive('timeline.', ({ subjects }) => {
    for (const { type, id } of subjects) {
      renewSoon(['crm.timeline', type, id], GAP_MS)
      // Their last activity is a fact of the record.
      if (type === 'person') renewSoon([getPerson.id, { params: { personId: id } }], 1_000)
      if (type === 'company') renewSoon([getCompany.id, { params: { companyId: id } }], 1_000)
    }
    // What happened to a person or a deal stands on the timeline of their company.
    renewSoon(['crm.timeline', 'company'], 1_000)
  })
  onLive('activity.', () => {
    renewSoon([listActivities.id], GAP_MS)
    renewSoon(['crm.timeline'], GAP_MS)
    renewSoon(['crm.upcoming'], GAP_MS)
  })
  onLive('attachment.', () => renewSoon([listAttachments.id], GAP_MS))
  for (const prefix of ['run.', 'workflow.']) onLive(prefix, () => renewSoon(['crm.upcoming'], 400))
}

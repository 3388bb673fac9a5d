import { listApprovals } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'

/** What waits for a decision, the newest first; as many as anybody looks through. */
export const pendingApprovals = () => routeQuery(listApprovals, { query: { status: 'pending', limit: 100 } })

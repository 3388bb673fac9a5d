import type { Context } from '#platform/context.ts'
import type { Permission } from '#platform/contract/route.ts'
import { type Http, type Implemented, implement } from '#platform/http/handlers.ts'
import type { RecordReference } from '../activities/records-named.ts'
import { readUpcoming, setUpcoming, type UpcomingSource } from './upcoming.ts'
import {
  getCompanyUpcoming,
  getDealUpcoming,
  getPersonUpcoming,
  pauseUpcoming,
  resumeUpcoming,
} from './upcoming-api.ts'

/** The routes of what is about to happen, over the sources that a program has. */
export function upcomingRoutes(sources: readonly UpcomingSource[]): readonly Implemented[] {
  const mayOf = (http: Http) => (permission: Permission) => http.principal?.can(permission) === true
  const read = async (ctx: Context, record: RecordReference, http: Http) => ({
    items: await readUpcoming(ctx, sources, mayOf(http), record),
  })
  const set = async (
    ctx: Context,
    { object, recordId }: { object: RecordReference['object']; recordId: string },
    http: Http,
    isPaused: boolean,
  ) => ({ items: await setUpcoming(ctx, sources, mayOf(http), { object, id: recordId }, isPaused) })
  return [
    implement(getPersonUpcoming, (ctx, { params }, http) =>
      read(ctx, { object: 'person', id: params.personId }, http),
    ),
    implement(getCompanyUpcoming, (ctx, { params }, http) =>
      read(ctx, { object: 'company', id: params.companyId }, http),
    ),
    implement(getDealUpcoming, (ctx, { params }, http) =>
      read(ctx, { object: 'deal', id: params.dealId }, http),
    ),
    implement(pauseUpcoming, (ctx, { body }, http) => set(ctx, body, http, true)),
    implement(resumeUpcoming, (ctx, { body }, http) => set(ctx, body, http, false)),
  ]
}

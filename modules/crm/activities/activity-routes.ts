import { type Implemented, implement } from '#platform/http/handlers.ts'
import * as verbs from './activities.ts'
import {
  changeActivity,
  completeActivity,
  createActivity,
  deleteActivity,
  getActivity,
  listActivities,
  reopenActivity,
  restoreActivity,
} from './activity-api.ts'
import * as states from './activity-states.ts'
import * as writes from './activity-writes.ts'

/** The routes of activities. */
export const activityRoutes: readonly Implemented[] = [
  implement(listActivities, (ctx, { query }) => verbs.listActivities(ctx, query)),
  implement(getActivity, (ctx, { params }) => verbs.getActivity(ctx, params.activityId)),
  implement(createActivity, async (ctx, { body }) => {
    const id = await writes.createActivity(ctx, body)
    return (await verbs.getActivity(ctx, id)).value
  }),
  implement(changeActivity, async (ctx, { params, body }, http) => {
    await writes.changeActivity(ctx, params.activityId, body, http.expected)
    return verbs.getActivity(ctx, params.activityId)
  }),
  implement(completeActivity, async (ctx, { params: { activityId } }) => {
    await states.completeActivity(ctx, activityId)
    return (await verbs.getActivity(ctx, activityId)).value
  }),
  implement(reopenActivity, async (ctx, { params: { activityId } }) => {
    await states.reopenActivity(ctx, activityId)
    return (await verbs.getActivity(ctx, activityId)).value
  }),
  implement(deleteActivity, async (ctx, { params }) => {
    await states.deleteActivity(ctx, params.activityId)
    return undefined
  }),
  implement(restoreActivity, async (ctx, { params: { activityId } }) => {
    await states.restoreActivity(ctx, activityId)
    return (await verbs.getActivity(ctx, activityId)).value
  }),
]

import { type Implemented, implement, implementPublic } from '#platform/http/handlers.ts'
import * as connection from './calendly-connection.ts'
import { receiveSourceDelivery } from './deliveries.ts'
import {
  getLeadDelivery,
  listLeadDeliveries,
  lookAgain,
  previewMapping,
  retryLeadDelivery,
} from './delivery-log.ts'
import * as api from './source-api.ts'
import * as verbs from './sources.ts'

/** The routes of the other ways in. */
export const sourceRoutes: readonly Implemented[] = [
  implement(api.listSources, (ctx, { params }) => verbs.listSources(ctx, params.workflowId)),
  implement(api.createSource, (ctx, { params, body }) => verbs.createSource(ctx, params.workflowId, body)),
  implement(api.getSource, (ctx, { params }) => verbs.getSource(ctx, params.leadSourceId)),
  implement(api.changeSource, (ctx, { params, body }, http) =>
    verbs.changeSource(ctx, params.leadSourceId, body, http.expected),
  ),
  implement(api.deleteSource, async (ctx, { params }) => {
    await verbs.deleteSource(ctx, params.leadSourceId)
    return undefined
  }),
  implement(api.rotateSourceSecret, (ctx, { params, body }) =>
    verbs.rotateSourceSecret(ctx, params.leadSourceId, body),
  ),
  implement(api.connectCalendly, async (ctx, { params, body }) => {
    await connection.connectCalendly(ctx, params.leadSourceId, body)
    return (await verbs.getSource(ctx, params.leadSourceId)).value
  }),
  implement(api.checkCalendly, async (ctx, { params }) => {
    await connection.checkCalendly(ctx, params.leadSourceId)
    return (await verbs.getSource(ctx, params.leadSourceId)).value
  }),
  implement(api.disconnectCalendly, async (ctx, { params, query }) => {
    await connection.disconnectCalendly(ctx, params.leadSourceId, { isAnyway: query.anyway })
    return undefined
  }),
  implement(api.listLeadDeliveries, (ctx, { params, query }) =>
    listLeadDeliveries(ctx, params.leadSourceId, query),
  ),
  implement(api.getLeadDelivery, (ctx, { params }) => getLeadDelivery(ctx, params.leadDeliveryId)),
  implement(api.retryLeadDelivery, (ctx, { params }) => retryLeadDelivery(ctx, params.leadDeliveryId)),
  implement(api.retryLeadDeliveries, async (ctx, { params }) => ({
    count: await lookAgain(ctx, params.leadSourceId, ['failed', 'unmapped']),
  })),
  implement(api.previewMapping, (ctx, { params, body }) =>
    previewMapping(ctx, params.leadDeliveryId, body.mapping),
  ),
  implementPublic(api.postSourceDelivery, (http, { params, query }) =>
    receiveSourceDelivery(http, params.sourceKey, query),
  ),
]

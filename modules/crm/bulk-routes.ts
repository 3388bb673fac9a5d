import { type Implemented, implement } from '#platform/http/handlers.ts'
import { changeEach, startBulk } from './bulk/bulk.ts'
import { undoChangeSet } from './bulk/undo.ts'
import * as bulk from './bulk-api.ts'
import { cancelChangeSet, getChangeSet, listChangeSets, listFailures } from './change-sets.ts'
import * as api from './change-sets-api.ts'

/** What is answered about acts over many records. */
export const bulkRoutes: readonly Implemented[] = [
  implement(bulk.bulkPeople, (ctx, { body }) => startBulk(ctx, 'person', body)),
  implement(bulk.bulkCompanies, (ctx, { body }) => startBulk(ctx, 'company', body)),
  implement(bulk.bulkDeals, (ctx, { body }) => startBulk(ctx, 'deal', body)),
  implement(bulk.changePeople, (ctx, { body }) => changeEach(ctx, 'person', body.items)),
  implement(bulk.changeCompanies, (ctx, { body }) => changeEach(ctx, 'company', body.items)),
  implement(bulk.changeDeals, (ctx, { body }) => changeEach(ctx, 'deal', body.items)),
  implement(api.listChangeSets, (ctx, { query }) => listChangeSets(ctx, query)),
  implement(api.getChangeSet, (ctx, { params }) => getChangeSet(ctx, params.changeSetId)),
  implement(api.listChangeSetFailures, (ctx, { params, query }) =>
    listFailures(ctx, params.changeSetId, query),
  ),
  implement(api.undoChangeSet, (ctx, { params }, http) =>
    undoChangeSet(ctx, params.changeSetId, permission => http.principal?.can(permission) ?? false),
  ),
  implement(api.cancelChangeSet, (ctx, { params }) => cancelChangeSet(ctx, params.changeSetId)),
]

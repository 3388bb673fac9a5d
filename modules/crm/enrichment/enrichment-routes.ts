import { type Implemented, implement } from '#platform/http/handlers.ts'
import * as api from './enrichment-api.ts'
import { listEnrichments, startEnrichment } from './enrichments.ts'
import { listProviders, setProvider } from './settings.ts'

/** Asking services for what is not known, and what that costs. */
export const enrichmentRoutes: readonly Implemented[] = [
  implement(api.listEnrichmentProviders, async ctx => ({ items: await listProviders(ctx) })),
  implement(api.setEnrichmentProvider, (ctx, { params, body }) => setProvider(ctx, params.provider, body)),
  implement(api.enrichPerson, (ctx, { params }) => startEnrichment(ctx, 'person', params.personId)),
  implement(api.enrichCompany, (ctx, { params }) => startEnrichment(ctx, 'company', params.companyId)),
  implement(api.listEnrichments, (ctx, { query }) => listEnrichments(ctx, query)),
]

import { type Implemented, implement } from '#platform/http/handlers.ts'
import { countSamples, removeSamples } from './samples.ts'
import * as api from './samples-api.ts'

/** The data an organization was filled with to be looked at. */
export const sampleRoutes: readonly Implemented[] = [
  implement(api.getSamples, async ctx => ({ records: await countSamples(ctx) })),
  implement(api.removeSamples, async ctx => ({ records: await removeSamples(ctx) })),
]

import { type Implemented, implement } from '#platform/http/handlers.ts'
import { getPerson as getPersonRoute, listPeople as listPeopleRoute } from './contract.ts'
import { getPerson, listPeople } from './people.ts'

/** What the crm module answers over HTTP. */
export const crmRoutes: readonly Implemented[] = [
  implement(listPeopleRoute, (ctx, { query }) => listPeople(ctx, query)),
  implement(getPersonRoute, (ctx, { params }) => getPerson(ctx, params.personId)),
]

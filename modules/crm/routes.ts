import type { Context } from '#platform/context.ts'
import { type Implemented, implement, Versioned } from '#platform/http/handlers.ts'
import { bulkRoutes } from './bulk-routes.ts'
import {
  changePerson as changePersonRoute,
  getPerson as getPersonRoute,
  listPeople as listPeopleRoute,
  type Person,
} from './contract.ts'
import { getPerson, listPeople, personVersion } from './people.ts'
import { changePerson } from './person-changes.ts'
import { privacyRoutes } from './privacy/privacy-routes.ts'
import { searchRoutes } from './search/search-routes.ts'
import { viewRoutes } from './views-routes.ts'

/** What the crm module answers over HTTP. */
export const crmRoutes: readonly Implemented[] = [
  implement(listPeopleRoute, (ctx, { query }) => listPeople(ctx, query)),
  implement(getPersonRoute, (ctx, { params }) => versionedPerson(ctx, params.personId)),
  implement(changePersonRoute, async (ctx, { params, body }, http) => {
    await changePerson(ctx, params.personId, body, http.expected)
    return versionedPerson(ctx, params.personId)
  }),
  ...privacyRoutes,
  ...bulkRoutes,
  ...searchRoutes,
  ...viewRoutes,
]

/** The version is read first: a change in between makes an edit fail that could have been made, never the reverse. */
async function versionedPerson(ctx: Context, personId: string): Promise<Versioned<Person>> {
  const [version, person] = await Promise.all([personVersion(ctx, personId), getPerson(ctx, personId)])
  return new Versioned(person, version)
}

import type { Context } from '#platform/context.ts'
import { type Implemented, implement, Versioned } from '#platform/http/handlers.ts'
import { getPerson, listPeople, personVersion } from './people.ts'
import * as api from './person-api.ts'
import { changePerson } from './person-changes.ts'
import { createPerson } from './person-create.ts'
import { addPosition, changePosition, removePosition } from './position-api.ts'
import * as positions from './positions.ts'
import { removeRecord, restoreRecord } from './record-removal.ts'

/** People and their positions over HTTP. */
export const personRoutes: readonly Implemented[] = [
  implement(api.listPeople, (ctx, { query }) => listPeople(ctx, query)),
  implement(api.getPerson, (ctx, { params }) => versionedPerson(ctx, params.personId)),
  implement(api.createPerson, async (ctx, { body }) => getPerson(ctx, await createPerson(ctx, body))),
  implement(api.changePerson, async (ctx, { params, body }, http) => {
    await changePerson(ctx, params.personId, body, { expected: http.expected })
    return versionedPerson(ctx, params.personId)
  }),
  implement(api.deletePerson, async (ctx, { params }) => {
    await removeRecord(ctx, 'person', params.personId)
    return undefined
  }),
  implement(api.restorePerson, async (ctx, { params }) => {
    await restoreRecord(ctx, 'person', params.personId)
    return getPerson(ctx, params.personId)
  }),
  implement(addPosition, async (ctx, { params, body }, http) => {
    await positions.addPosition(ctx, params.personId, body, { expected: http.expected })
    return versionedPerson(ctx, params.personId)
  }),
  implement(changePosition, async (ctx, { params, body }, http) => {
    const { personId, positionId } = params
    await positions.changePosition(ctx, personId, positionId, body, { expected: http.expected })
    return versionedPerson(ctx, personId)
  }),
  implement(removePosition, async (ctx, { params }, http) => {
    await positions.removePosition(ctx, params.personId, params.positionId, { expected: http.expected })
    return versionedPerson(ctx, params.personId)
  }),
]

/** The version is read first: a change in between makes an edit fail that could have been made, never the reverse. */
async function versionedPerson(ctx: Context, personId: string): Promise<Versioned<api.Person>> {
  const [version, person] = await Promise.all([personVersion(ctx, personId), getPerson(ctx, personId)])
  return new Versioned(person, version)
}

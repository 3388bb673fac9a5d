import type { Context } from '#platform/context.ts'
import { readList } from '#platform/filter/list.ts'
import { parsePart } from '#platform/http/input.ts'
import { openRecords } from '#platform/owned.ts'
import { PERSON_RECORD_FIELDS } from './built-in-fields.ts'
import { withCustomFields } from './custom-fields/values.ts'
import { type MatchingRows, overMatching } from './matching-records.ts'
import { findContacts, listPeople, openPeople } from './people.ts'
import { NewPerson, PersonPatch } from './person-api.ts'
import { changePerson } from './person-changes.ts'
import { createPerson } from './person-create.ts'
import { PERSON_LIST, PERSON_ROWS } from './person-fields.ts'
import type { RecordKind } from './record-kind.ts'
import { removeRecords, restoreRecords } from './record-removal.ts'
import { unflattened } from './record-values.ts'

/** People, for lists, imports, bulk edits, merges and undo. */
export const personKind: RecordKind = {
  object: 'person',
  fields: PERSON_RECORD_FIELDS,
  list: listPeople,
  ...overMatching('p', matching),
  async read(ctx, ids) {
    openRecords(ctx, 'person', ids)
    const people = await findContacts(ctx, ids)
    return new Map(people.map(person => [person.id, person]))
  },
  create: (ctx, input, options) =>
    createPerson(ctx, parsePart('body', NewPerson, unflattened(input)) ?? {}, options),
  change: (ctx, id, patch, options) =>
    changePerson(ctx, id, parsePart('body', PersonPatch, unflattened(patch)) ?? {}, options),
  remove: (ctx, ids, options) => removeRecords(ctx, 'person', ids, options),
  restore: (ctx, ids, options) => restoreRecords(ctx, 'person', ids, options),
}

async function matching(ctx: Context, filter: string | undefined): Promise<MatchingRows> {
  const seen = await openPeople(ctx, 2)
  const shape = await withCustomFields(ctx, 'person', PERSON_LIST, 'p.id')
  const list = readList(shape, { filter, limit: 1 }, [ctx.orgId, ...seen.values])
  return {
    rows: `from ${PERSON_ROWS} where p.org_id = $1 and p.deleted_at is null${seen.sql}${list.where}`,
    // The last one is the limit, which stands in the order alone.
    values: list.values.slice(0, -1),
  }
}

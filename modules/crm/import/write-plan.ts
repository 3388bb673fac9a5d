import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { openRecords } from '#platform/owned.ts'
import { noteChanges } from '../changes.ts'
import { personCreated } from '../record-events.ts'
import { refreshIndexes } from '../record-index.ts'
import { companyChange, personChange, primaryOf } from './history.ts'
import type { ImportCounts } from './import-api.ts'
import type { Part } from './import-fields.ts'
import type { PersonState, RowState } from './known-records.ts'
import { type Plan, same } from './plan.ts'
import type { PartValues } from './read-row.ts'
import {
  COMPANY_COLUMNS,
  type Column,
  columnArrays,
  PERSON_COLUMNS,
  POSITION_COLUMNS,
  taken,
  unnested,
} from './tables.ts'

/** What a part of a file is written as part of. */
export interface WriteSettings {
  readonly importId: string
  readonly changeSetId: string
  readonly startsWorkflows: boolean
}

/** What history and provenance say of every value an import wrote. */
export const IMPORT_SOURCE = 'import'

const names = (columns: readonly Column[]) => columns.map(({ name }) => name).join(', ')

function inserting(table: string, columns: readonly Column[], hasCreator: boolean): string {
  return `insert into ${table} (org_id, id, ${names(columns)}${hasCreator ? ', created_by' : ''})
    select $1, x.id, ${taken(columns).join(', ')}${hasCreator ? ', $2' : ''}
    from ${unnested(columns, hasCreator ? 3 : 2, [['id', 'uuid']])}`
}

function updating(table: string, columns: readonly Column[]): string {
  const sets = columns.map(({ name }, at) => `${name} = ${taken(columns)[at]}`)
  return `update ${table} t set ${sets.join(', ')} from ${unnested(columns, 2, [['id', 'uuid']])}
    where t.org_id = $1 and t.id = x.id`
}

const INSERT_COMPANIES = inserting('crm.companies', COMPANY_COLUMNS, true)
const INSERT_PEOPLE = inserting('crm.people', PERSON_COLUMNS, true)
const INSERT_POSITIONS = inserting('crm.positions', POSITION_COLUMNS, false)
const UPDATES: Readonly<Record<Part, { readonly columns: readonly Column[]; readonly text: string }>> = {
  company: { columns: COMPANY_COLUMNS, text: updating('crm.companies', COMPANY_COLUMNS) },
  person: { columns: PERSON_COLUMNS, text: updating('crm.people', PERSON_COLUMNS) },
  position: { columns: POSITION_COLUMNS, text: updating('crm.positions', POSITION_COLUMNS) },
}

const INSERT_WRITES = `
  insert into crm.import_writes (org_id, import_id, id, part, row_id, before, after)
  select $1, $2, x.id, x.part, x.row_id, x.before, x.after
  from unnest($3::uuid[], $4::text[], $5::uuid[], $6::jsonb[], $7::jsonb[]) as x (id, part, row_id, before, after)`

/** What was written to a row that was there, or the position that was made for a person who was. */
interface Write {
  readonly part: Part
  readonly rowId: string
  readonly before: PartValues | null
  readonly after: PartValues
}

const isNew = ({ original }: RowState) => original === null
const isChanged = ({ original, state }: RowState) => original !== null && !same(original, state)

/** Writes a part of a file: every table in one statement for what is new and one for what is different. */
export async function writePlan(
  ctx: Context,
  { companies, people }: Plan,
  settings: WriteSettings,
): Promise<Omit<ImportCounts, 'unchanged' | 'refused' | 'partly'>> {
  const companiesMade = companies.filter(isNew)
  const companiesChanged = companies.filter(isChanged)
  const peopleMade = people.filter(isNew)
  const positions = people.flatMap(person => person.positions.map(position => ({ person, position })))
  const positionsMade = positions.filter(({ position }) => isNew(position))
  const positionsChanged = positions.filter(({ position }) => isChanged(position))
  const peopleChanged = people.filter(isChanged)
  const peopleTouched = people.filter(
    person =>
      !isNew(person) && (isChanged(person) || person.positions.some(each => isNew(each) || isChanged(each))),
  )

  insert(ctx, INSERT_COMPANIES, COMPANY_COLUMNS, companiesMade)
  updateRows(ctx, 'company', companiesChanged)
  insert(ctx, INSERT_PEOPLE, PERSON_COLUMNS, peopleMade)
  updateRows(ctx, 'person', peopleChanged)
  // Positions may be written where their person is in sight.
  openRecords(
    ctx,
    'person',
    [...peopleMade, ...peopleTouched].map(({ id }) => id),
  )
  updateRows(
    ctx,
    'position',
    positionsChanged.map(({ position }) => position),
  )
  insertPositions(
    ctx,
    positionsMade.map(({ position }) => position),
  )

  keepWrites(ctx, settings.importId, [
    ...companiesChanged.map(each => writeOf('company', each)),
    ...peopleChanged.map(each => writeOf('person', each)),
    ...positionsChanged.map(({ position }) => writeOf('position', position)),
    ...positionsMade
      .filter(({ person }) => !isNew(person))
      .map(({ position }) => writeOf('position', position)),
  ])
  const options = { changeSetId: settings.changeSetId, source: IMPORT_SOURCE }
  noteChanges(ctx, 'company', [...companiesMade, ...companiesChanged].flatMap(companyChange), options)
  const personChanges = [...peopleMade, ...peopleTouched].flatMap(person => personChange(person))
  noteChanges(ctx, 'person', personChanges, options)
  // A further position is nothing of the person's own, but they are found by it.
  const noted = new Set(personChanges.map(({ recordId }) => recordId))
  const others = peopleTouched.map(({ id }) => id).filter(id => !noted.has(id))
  if (others.length > 0) refreshIndexes(ctx, 'person', others)
  await ctx.db.settle()
  if (settings.startsWorkflows) for (const person of peopleMade) await tellCreated(ctx, person)
  return {
    peopleCreated: peopleMade.length,
    peopleUpdated: peopleTouched.length,
    companiesCreated: companiesMade.length,
    companiesUpdated: companiesChanged.length,
    positionsCreated: positionsMade.length,
  }
}

function insert(ctx: Context, text: string, columns: readonly Column[], rows: readonly RowState[]): void {
  if (rows.length === 0) return
  const createdBy = ctx.actor.type === 'user' ? ctx.actor.userId : null
  ctx.db.send(text, [
    ctx.orgId,
    createdBy,
    rows.map(({ id }) => id),
    ...columnArrays(
      columns,
      rows.map(({ state }) => state),
    ),
  ])
}

function insertPositions(ctx: Context, rows: readonly RowState[]): void {
  if (rows.length === 0) return
  // In the order of addresses, so that two who bring the same ones wait for each other instead of standing in each other's way.
  const ordered = rows.toSorted((a, b) => (String(a.state.email) < String(b.state.email) ? -1 : 1))
  ctx.db.send(INSERT_POSITIONS, [
    ctx.orgId,
    ordered.map(({ id }) => id),
    ...columnArrays(
      POSITION_COLUMNS,
      ordered.map(({ state }) => state),
    ),
  ])
}

/** Writes rows as they will stand. Waits for no answer. */
export function updateRows(ctx: Context, part: Part, rows: readonly RowState[]): void {
  if (rows.length === 0) return
  const { columns, text } = UPDATES[part]
  ctx.db.send(text, [
    ctx.orgId,
    rows.map(({ id }) => id),
    ...columnArrays(
      columns,
      rows.map(({ state }) => state),
    ),
  ])
}

function writeOf(part: Part, { id, original, state }: RowState): Write {
  if (original === null) return { part, rowId: id, before: null, after: state }
  const changed = Object.keys(state).filter(name => !same(original[name], state[name]))
  const only = (row: PartValues) => Object.fromEntries(changed.map(name => [name, row[name] ?? null]))
  return { part, rowId: id, before: only(original), after: only(state) }
}

function keepWrites(ctx: Context, importId: string, writes: readonly Write[]): void {
  if (writes.length === 0) return
  ctx.db.send(INSERT_WRITES, [
    ctx.orgId,
    importId,
    writes.map(() => newId()),
    writes.map(({ part }) => part),
    writes.map(({ rowId }) => rowId),
    writes.map(({ before }) => (before === null ? null : JSON.stringify(before))),
    writes.map(({ after }) => JSON.stringify(after)),
  ])
}

async function tellCreated(ctx: Context, { id, state, positions }: PersonState): Promise<void> {
  const email = primaryOf(positions, each => each.state)?.email
  await publish(ctx, personCreated, {
    subjects: [{ type: 'person', id }],
    payload: { personId: id, email: typeof email === 'string' ? email : null, source: String(state.source) },
  })
}

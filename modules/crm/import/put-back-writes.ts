import type { Context } from '#platform/context.ts'
import type { Failure } from '../change-sets.ts'
import { noteChanges } from '../changes.ts'
import { companyChange, personChange } from './history.ts'
import type { Part } from './import-fields.ts'
import type { PersonState, RowState } from './known-records.ts'
import { readCompanies, readPeople } from './known-records.ts'
import { same } from './plan.ts'
import type { PartValues } from './read-row.ts'
import type { UndonePart } from './undo-import.ts'
import { updateRows } from './write-plan.ts'

interface StoredWrite {
  id: string
  part: Part
  row_id: string
  before: PartValues | null
  after: PartValues
}

const NEXT = `
  select id, part, row_id, before, after from crm.import_writes
  where org_id = $1 and import_id = $2 and ($3::uuid is null or id < $3)
  order by id desc limit $4`

/** Puts values back where they still are what an import wrote, the newest first; null when there are none left. */
export async function putBackWrites(
  ctx: Context,
  {
    importId,
    undoId,
    after,
    limit,
  }: { importId: string; undoId: string; undoes: string; after: string | null; limit: number },
): Promise<UndonePart | null> {
  const found = await ctx.db.query<StoredWrite>(NEXT, [ctx.orgId, importId, after, limit])
  const last = found.rows.at(-1)?.id
  if (last === undefined) return null
  const writes = found.rows
  const companies = await readCompanies(ctx, idsOf(writes, 'company'))
  const people = await readPeople(ctx, [
    ...idsOf(writes, 'person'),
    ...(await holders(ctx, idsOf(writes, 'position'))),
  ])
  const rows = new Map<string, RowState>(
    [...companies, ...people, ...people.flatMap(({ positions }) => positions)].map(row => [row.id, row]),
  )
  const owners = new Map(people.flatMap(person => person.positions.map(({ id }) => [id, person.id] as const)))
  const taken = await takenEmails(ctx, writes)
  const removed: string[] = []
  const failures: Failure[] = []
  for (const write of writes) {
    const row = rows.get(write.row_id)
    const left = row ? putBack(row, write, taken) : []
    if (row && write.before === null && left.length === 0) removed.push(row.id)
    if (left.length > 0)
      failures.push({
        recordId: owners.get(write.row_id) ?? write.row_id,
        code: 'crm.changed_since',
        message: `Changed since, so it stays as it is: ${left.map(name => name.replaceAll('_', ' ')).join(', ')}.`,
      })
  }
  await writeBack(ctx, companies, people, removed, undoId)
  return { last, done: writes.length - failures.length, failures }
}

function idsOf(writes: readonly StoredWrite[], part: Part): string[] {
  return [...new Set(writes.filter(write => write.part === part).map(write => write.row_id))]
}

async function holders(ctx: Context, positionIds: readonly string[]): Promise<string[]> {
  const found = await ctx.db.query<{ person_id: string }>(
    'select distinct person_id from crm.positions where org_id = $1 and id = any($2::uuid[])',
    [ctx.orgId, positionIds],
  )
  return found.rows.map(row => row.person_id)
}

/** Addresses that were given up and that somebody else has by now. */
async function takenEmails(
  ctx: Context,
  writes: readonly StoredWrite[],
): Promise<ReadonlyMap<string, string>> {
  const emails = writes.flatMap(({ before }) =>
    typeof before?.email === 'string' ? [before.email.toLowerCase()] : [],
  )
  const found = await ctx.db.query<{ id: string; email_key: string }>(
    `select id, email_key from crm.positions where org_id = $1 and email_key = any($2::text[]) and deleted_at is null`,
    [ctx.orgId, emails],
  )
  return new Map(found.rows.map(row => [row.email_key, row.id]))
}

/** Puts one write back into the state of its row; answers the columns that had to stay. */
function putBack(
  row: RowState,
  { before, after }: StoredWrite,
  taken: ReadonlyMap<string, string>,
): string[] {
  if (before === null) return Object.keys(after).filter(name => !same(row.state[name], after[name]))
  return Object.keys(after).flatMap(name => putBackValue(row, name, before[name], after[name], taken))
}

function putBackValue(
  { id, state }: RowState,
  name: string,
  before: unknown,
  after: unknown,
  taken: ReadonlyMap<string, string>,
): string[] {
  if (name === 'tags') {
    const come = listOf(after).filter(tag => !listOf(before).includes(tag))
    state.tags = listOf(state.tags).filter(tag => !come.includes(tag))
    return []
  }
  if (name === 'custom' || name === 'address') return putBackParts(state, name, before, after)
  if (!same(state[name], after)) return [name]
  const holder = name === 'email' && typeof before === 'string' ? taken.get(before.toLowerCase()) : undefined
  if (holder !== undefined && holder !== id) return [name]
  state[name] = before
  return []
}

function putBackParts(state: PartValues, name: string, before: unknown, after: unknown): string[] {
  const [old, written] = [objectOf(before), objectOf(after)]
  const now = { ...objectOf(state[name]) }
  const left: string[] = []
  for (const key of new Set([...Object.keys(old), ...Object.keys(written)])) {
    if (same(old[key], written[key])) continue
    if (!same(now[key], written[key])) left.push(key)
    else if (old[key] === undefined || old[key] === null) delete now[key]
    else now[key] = old[key]
  }
  state[name] = now
  return left
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value : []
}

function objectOf(value: unknown): PartValues {
  return typeof value === 'object' && value !== null ? (value as PartValues) : {}
}

async function writeBack(
  ctx: Context,
  companies: readonly RowState[],
  people: readonly PersonState[],
  removed: readonly string[],
  undoId: string,
): Promise<void> {
  const isChanged = ({ original, state }: RowState) => !same(original, state)
  const gone = new Set(removed)
  const kept = people.map(person => ({
    ...person,
    positions: person.positions.filter(({ id }) => !gone.has(id)),
  }))
  updateRows(ctx, 'company', companies.filter(isChanged))
  updateRows(ctx, 'person', people.filter(isChanged))
  ctx.db.send('delete from crm.positions where org_id = $1 and id = any($2::uuid[])', [ctx.orgId, removed])
  updateRows(
    ctx,
    'position',
    kept.flatMap(({ positions }) => positions.filter(isChanged)),
  )
  const options = { changeSetId: undoId, source: 'undo' }
  noteChanges(ctx, 'company', companies.flatMap(companyChange), options)
  noteChanges(
    ctx,
    'person',
    people.flatMap((person, at) => personChange(person, kept[at]?.positions)),
    options,
  )
  await ctx.db.settle()
}

import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { sightOf } from '#platform/owned.ts'
import { crmErrors } from './errors.ts'
import { cutText } from './person-names.ts'
import type { RecordObject } from './record-api.ts'

const TAGS_MAX = 100
const TAG_LENGTH_MAX = 100
const SOURCE_MAX = 100

/** What of some changes is given: what is left out stays as it is. */
export function given<Changes extends object>(
  changes: Changes,
): { [Field in keyof Changes]?: Exclude<Changes[Field], undefined> } {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof given<Changes>
  >
}

/** A text as it is stored: trimmed, cut to what its column holds, null when nothing is left. */
export function storedText(text: string | null | undefined, max: number): string | null {
  return cutText(text?.trim() ?? '', max).trim() || null
}

/** What is written about the tags of a record. */
export interface TagChanges {
  /** Takes the place of all tags. */
  readonly tags?: readonly string[] | undefined
  readonly addTags?: readonly string[] | undefined
  readonly removeTags?: readonly string[] | undefined
}

/** Tags are told apart without regard to case; the spelling that is there stays. A record has at most 100. */
export function changedTags(
  before: readonly string[],
  { tags = before, addTags = [], removeTags = [] }: TagChanges,
): string[] {
  const removed = new Set(removeTags.map(keyOf))
  const stays = before.filter(tag => !removed.has(keyOf(tag)))
  const spelled = new Map(stays.map(tag => [keyOf(tag), tag]))
  const kept: string[] = []
  const known = new Set<string>()
  for (const tag of [...tags.filter(each => !removed.has(keyOf(each))), ...addTags]) {
    const cut = cutText(tag.trim(), TAG_LENGTH_MAX)
    const key = keyOf(cut)
    if (cut === '' || known.has(key) || kept.length >= TAGS_MAX) continue
    known.add(key)
    kept.push(spelled.get(key) ?? cut)
  }
  return kept
}

function keyOf(tag: string): string {
  return tag.trim().toLowerCase()
}

/** Whose a record is that is made without saying: of the person who makes it, and nobody's when a program does. */
export function ownerOfNew(ctx: Context, given: string | null | undefined): string | null {
  if (given !== undefined) return given
  return ctx.actor.type === 'user' ? ctx.actor.userId : null
}

/**
 * Asks that whoever makes a record will see it, as the policy of its table does. Throws `crm.out_of_sight`: guests make nothing, and
 * who sees their own makes their own.
 */
export function requireInSight(ctx: Context, object: RecordObject, ownerUserId: string | null): void {
  const sight = sightOf(ctx, object)
  if (sight && (ownerUserId === null || !sight.owners.includes(ownerUserId))) throw crmErrors.out_of_sight()
}

/** Asks for an active member. Throws `request.invalid` for anybody else. */
export async function requireOwner(ctx: Context, userId: string | null | undefined): Promise<void> {
  if (userId === null || userId === undefined) return
  const [member] = await nameMembers(ctx, [userId])
  if (member?.status === 'active') return
  throw wrong('/ownerUserId', 'not_there', 'Choose an active member of the organization.')
}

/** Where a record comes from, for people to read: what was given, what made the actor write it, or who wrote. */
export function sourceOfNew(
  ctx: Context,
  given: string | null | undefined,
  source: string | undefined,
): string {
  const words = {
    user: 'manual',
    apiKey: 'api',
    plugin: 'plugin',
    run: 'workflow',
    system: 'system',
    visitor: 'form',
  }
  return storedText(given, SOURCE_MAX) ?? storedText(source, SOURCE_MAX) ?? words[ctx.actor.type]
}

/** The error of one field of a body. */
export function wrong(pointer: string, code: string, message: string) {
  return generalErrors.invalid({ errors: [{ in: 'body', pointer, code, message }] })
}

/** Values of the organization's fields as they are stored together, those that are null left out. */
export function mergedCustom(
  before: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...before, ...values }).filter(([, value]) => value !== null))
}

/** Values of the organization's fields by the names that the API has for them, `custom.<key>`. */
export function flatCustom(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`custom.${key}`, value]))
}

/** What a record begins with, for its history: all that is not empty. */
export function startOf(state: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(state).filter(
      ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  )
}

/**
 * The body of an update out of values by their names in the history: `custom.<key>` stands in `custom` there. For what is
 * put back without knowing the object.
 */
export function unflattened(patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const flat = Object.entries(patch).filter(([key]) => key.startsWith('custom.'))
  if (flat.length === 0) return patch
  const others = Object.entries(patch).filter(([key]) => !key.startsWith('custom.'))
  const { custom, ...rest } = Object.fromEntries(others)
  const values = Object.fromEntries(flat.map(([key, value]) => [key.slice('custom.'.length), value]))
  return { ...rest, custom: { ...(custom as object | undefined), ...values } }
}

import { inOrganization, type Kit } from '#platform/context.ts'
import type { Principal } from '#platform/http/handlers.ts'
import type { LiveMessage } from '#platform/live/message.ts'

/** Whether everything an organization's streams carry may be heard without looking at it. */
export function hearsAll(principal: Principal): boolean {
  return Object.keys(principal.visibility).length === 0
}

/**
 * Those of the messages that somebody may hear who sees a part of the records only. The record a message is about is the
 * first it names; if that one is hidden, nothing is said, and other hidden ones are not named. Of runs only those about a
 * record are heard. One that names the listener is heard: so the one who had a lead learns that it is somebody else's now.
 */
export async function hearable(
  kit: Kit,
  principal: Principal,
  messages: readonly LiveMessage[],
): Promise<LiveMessage[]> {
  const { orgId, actor, visibility } = principal
  if (orgId === null) return []
  const named = messages.flatMap(({ subjects }) => subjects).filter(({ type }) => kit.owned.has(type))
  const seen = await inOrganization(kit, { orgId, actor, visibility }, async ctx => {
    const ids = new Set<string>()
    for (const [object, subjects] of Map.groupBy(named, ({ type }) => type)) {
      const found = await ctx.db.query<{ id: string }>(
        `select id from ${kit.owned.get(object)?.table} where org_id = $1 and id = any($2)`,
        [ctx.orgId, subjects.map(({ id }) => id)],
      )
      for (const { id } of found.rows) ids.add(id)
    }
    return ids
  })
  return messages.flatMap(message => {
    const { subjects } = message
    if (subjects.some(({ type, id }) => type === 'user' && id === principal.userId)) return message
    const record = subjects.find(({ type }) => kit.owned.has(type))
    if (!record) return subjects.some(({ type }) => type === 'run') ? [] : message
    const shown = subjects.filter(({ type, id }) => !kit.owned.has(type) || seen.has(id))
    return seen.has(record.id) ? { ...message, subjects: shown } : []
  })
}

import type { Context, Kit, OutsideContext } from '../context.ts'
import { contextOn, inOrganization } from '../context.ts'
import type { AnyRoute } from '../contract/route.ts'
import type { AppError } from '../errors.ts'
import { messageOf } from '../log.ts'
import { type AuditEntry, audit, isAudited } from './audit.ts'
import { refusalsOf } from './refusals.ts'

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const GOVERNED = /:(manage|bill)$/

/** Whether a successful request of this route is entered into the log even when its verb enters nothing. */
export function isAlwaysAudited({ method, access }: AnyRoute): boolean {
  return UNSAFE.has(method) && (access === 'user' || GOVERNED.test(access))
}

interface Asked {
  readonly params: unknown
  readonly body: unknown
}

/** Enters what a route of the organization did, unless its verb has, so that none is forgotten. */
export async function auditOutcome(ctx: Context, route: AnyRoute, asked: Asked): Promise<void> {
  if (isAlwaysAudited(route) && !isAudited(ctx.db)) await audit(ctx, entryOf(route, asked, ctx.orgId))
}

/** Enters what a route of a person did, into the log of the organization the person is in. */
export async function auditUserOutcome(
  ctx: OutsideContext,
  orgId: string | null,
  route: AnyRoute,
  asked: Asked,
): Promise<void> {
  if (orgId === null || !isAlwaysAudited(route) || isAudited(ctx.db)) return
  const { kit, actor, caller, requestId } = ctx
  const object = actor.type === 'user' ? actor.userId : orgId
  await ctx.db.inOrg(orgId, tx =>
    audit(contextOn(kit, tx, { orgId, actor, caller, requestId }), entryOf(route, asked, object)),
  )
}

/** The values that were sent are not kept: nobody has said which of them are secret. Their names are. */
function entryOf(route: AnyRoute, { params, body }: Asked, otherwise: string): AuditEntry {
  const [id = otherwise] = Object.values((params ?? {}) as Record<string, string>).slice(-1)
  const fields = typeof body === 'object' && body !== null ? Object.keys(body) : []
  return {
    action: route.id,
    object: { type: nounOf(route), id },
    ...(fields.length > 0 ? { after: { fields } } : {}),
  }
}

function nounOf({ id }: AnyRoute): string {
  return id.split('.').slice(1, -1).join('.') || id
}

/**
 * Enters that somebody known was refused, in a transaction of its own because that of the request is undone. At most ten
 * a minute for one actor and sixty for one organization, so that nobody can fill the log; the next entry
 * says how many were left out. A log that cannot be written does not change the answer.
 */
export async function auditRefusal(
  kit: Kit,
  options: Parameters<typeof inOrganization>[1],
  refused: Omit<AuditEntry, 'before' | 'after'> & { readonly why: object },
): Promise<void> {
  const { actor, orgId } = options
  const room = refusalsOf(kit).take(orgId, JSON.stringify(actor))
  if (!room) return
  const { why, ...entry } = refused
  const after = room.leftOut > 0 ? { ...why, leftOut: room.leftOut } : why
  try {
    await inOrganization(kit, options, ctx => audit(ctx, { ...entry, after }))
  } catch (error) {
    kit.log.error({ orgId, action: entry.action, error: messageOf(error) }, 'audit.refusal_not_written')
  }
}

/** What a refused request is in the log. */
export function refusalOf(route: AnyRoute, error: AppError) {
  const why = { code: error.code, needs: route.access }
  return { action: 'access.refused', object: { type: 'route', id: route.id }, why }
}

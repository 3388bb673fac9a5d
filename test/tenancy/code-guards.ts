import { z } from 'zod'
import { authenticate } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import type { Database } from '#platform/db/database.ts'
import { AppError, generalErrors } from '#platform/errors.ts'
import { type Handler, type Implemented, implement, type Principal } from '#platform/http/handlers.ts'
import type { ServerOptions } from '#platform/http/server.ts'
import type { Module } from '#platform/module.ts'
import { modules } from '#programs/modules.ts'
import type { TestKit } from '#test/database.ts'
import type { Bench, Parts } from './bench.ts'

type Authenticate = ServerOptions['authenticate']
type Run = Extract<Handler, { kind: 'organization' }>['run']

/** A server in which one guard of the code is missing. */
export interface CodeGuard {
  readonly name: string
  readonly without: (bench: Bench) => Parts
}

function withPrincipal(change: (principal: Principal) => Principal): Parts {
  const damaged: Authenticate = async (kit, request) => {
    const principal = await authenticate(kit, request)
    return principal && change(principal)
  }
  return { authenticate: damaged }
}

/** Lets those in who are refused, as whoever `stand` says. */
function lettingIn(stand: (authorization: string | undefined) => string | null): Parts {
  const damaged: Authenticate = async (kit, request) => {
    const found = await authenticate(kit, request).catch(() => null)
    const orgId = found ? null : stand(request.authorization)
    return orgId === null ? found : strangerIn(orgId)
  }
  return { authenticate: damaged }
}

function strangerIn(orgId: string): Principal {
  const userId = orgId
  const actor = { type: 'user', userId } as const
  return {
    actor,
    name: 'Stranger',
    userId,
    sessionId: null,
    orgId,
    role: 'owner',
    visibility: {},
    can: () => true,
  }
}

/** A damaged database for the handlers; who asks is still found out with the sound one. */
function behindTheDoor({ kit }: TestKit, damage: Partial<Database>): Parts {
  return { db: { ...kit.db, ...damage }, authenticate: (_, request) => authenticate(kit, request) }
}

/** The modules with something done around every handler of an organization's route. */
function around(change: (run: Run) => Run): Parts {
  const damaged = (implemented: Implemented): Implemented => {
    const { handler } = implemented
    return handler.kind === 'organization'
      ? { ...implemented, handler: { ...handler, run: change(handler.run) } }
      : implemented
  }
  return { modules: modules.map(module => ({ ...module, routes: (module.routes ?? []).map(damaged) })) }
}

function touch(orgId: string) {
  return (ctx: Context) =>
    ctx.kit.db.withOrg(orgId, tx =>
      tx.query(`update iam.organizations set language = language || 'x' where org_id = $1`, [orgId]),
    )
}

const dashed = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** Every guard of the code that stands between two organizations, and the server without it. */
export const codeGuards: readonly CodeGuard[] = [
  {
    name: 'the permission check',
    without: () => withPrincipal(principal => ({ ...principal, can: () => true })),
  },
  {
    name: 'telling writing from reading',
    without: () =>
      withPrincipal(principal => ({
        ...principal,
        can: permission => principal.can(permission.replace(/:.*/, ':read') as `${string}:read`),
      })),
  },
  {
    name: 'permissions for those who have them',
    without: () => withPrincipal(principal => ({ ...principal, can: () => false })),
  },
  {
    name: 'signing in',
    without: ({ twins }) => lettingIn(authorization => (authorization ? null : twins.own)),
  },
  {
    name: 'the hash of a token',
    without: () =>
      lettingIn(authorization => {
        const hex = /^Bearer mra_([0-9a-f]{32})_/.exec(authorization ?? '')?.[1]
        return hex === undefined ? null : dashed(hex)
      }),
  },
  {
    name: 'the scopes of a key',
    without: () =>
      withPrincipal(principal => (principal.userId === null ? { ...principal, can: () => true } : principal)),
  },
  {
    name: 'the end of a key and the addresses it is bound to',
    without: ({ twins }) =>
      lettingIn(authorization => (authorization?.startsWith('Bearer mrk_') ? twins.own : null)),
  },
  {
    name: 'the membership of the moment',
    without: ({ suspended, twins }) =>
      lettingIn(authorization => (authorization === suspended ? twins.own : null)),
  },
  {
    name: "the session's organization",
    without: ({ twins }) => withPrincipal(principal => ({ ...principal, orgId: twins.other })),
  },
  {
    name: 'setting the organization',
    without: ({ t }) => behindTheDoor(t, { withOrg: (_, work) => t.kit.db.withGlobal(work) }),
  },
  {
    name: 'setting the right organization',
    without: ({ t, twins }) =>
      behindTheDoor(t, { withOrg: (_, work, visibility) => t.kit.db.withOrg(twins.other, work, visibility) }),
  },
  {
    name: 'setting it anew for each request',
    without: ({ t }) => {
      let first: string | undefined
      return behindTheDoor(t, {
        withOrg(orgId, work, visibility) {
          first ??= orgId
          return t.kit.db.withOrg(first, work, visibility)
        },
      })
    },
  },
  {
    name: 'one answer for foreign and missing',
    without: ({ admin }) =>
      around(run => async (ctx, input, http) => {
        try {
          return await run(ctx, input, http)
        } catch (error) {
          if (!(error instanceof AppError) || error.status !== 404) throw error
          const ids = Object.values((input.params ?? {}) as Record<string, string>)
          const known = await admin.query('select 1 from crm.people where id = any ($1)', [ids])
          throw known.rowCount === 0 ? error : generalErrors.forbidden()
        }
      }),
  },
  {
    name: 'looking before writing in the other organization',
    without: ({ twins }) =>
      around(run => async (ctx, input, http) => {
        await touch(twins.other)(ctx)
        return run(ctx, input, http)
      }),
  },
  {
    name: 'looking before writing in the own organization',
    without: () =>
      around(run => async (ctx, input, http) => {
        await touch(ctx.orgId)(ctx)
        return run(ctx, input, http)
      }),
  },
  {
    name: 'lists of one organization',
    without: ({ twins }) =>
      around(run => async (ctx, input, http) => {
        const answer = await run(ctx, input, http)
        if (typeof answer !== 'object' || answer === null || !('items' in answer)) return answer
        const theirs = await inOrganization(ctx.kit, { orgId: twins.other, actor: ctx.actor }, foreign =>
          run(foreign, input, http),
        )
        return { ...answer, items: (theirs as { items: unknown }).items }
      }),
  },
]

const forgetful = defineRoute({
  id: 'probe.person.get',
  method: 'GET',
  path: '/v1/probe/people/:personId',
  summary: 'Looks a person up and forgets to say in which organization',
  access: 'people:read',
  params: z.strictObject({ personId: Id }),
  response: z.object({ id: Id }),
})

/** A route whose query leaves the organization to row-level security. */
export const forgetfulModule: Module = {
  name: 'probe',
  routes: [
    implement(forgetful, async (ctx, { params }) => {
      const found = await ctx.db.query<{ id: string }>('select id from crm.people where id = $1', [
        params.personId,
      ])
      if (!found.rows[0]) throw generalErrors.not_found()
      return found.rows[0]
    }),
  ],
}
export const forgetfulRoute = forgetful

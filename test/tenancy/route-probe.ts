import type pg from 'pg'
import { isAlwaysAudited } from '#platform/audit/requests.ts'
import type { AnyRoute, Permission } from '#platform/contract/route.ts'
import { assertAccepted, bodyFor, OWN_ANSWERS, queryFor } from './bodies.ts'
import { type Cast, mayRole, type Principal } from './principals.ts'
import { missingLike, namesRecord, type Records } from './records.ts'
import type { Rehearsal } from './rehearsal.ts'
import { idPlaces, type Path, withAt } from './sample.ts'
import { changedBetween, readState, type State, UUID } from './state.ts'
import type { Catalogue } from './table-rules.ts'

/** A running server with two organizations in its database, and what is known about them from outside. */
export interface RouteBench {
  readonly url: string
  readonly cast: Cast
  readonly rehearsal: Rehearsal
  /** A connection that sees every row. */
  readonly admin: pg.ClientBase
  readonly all: Catalogue
  /** The records of each organization, by its id. */
  readonly records: ReadonlyMap<string, Records>
  /** Every id that belongs to an organization, by its id. */
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>
  /** What the rows of both were when last looked at. */
  readonly watch: { last: State }
}

/** One answer that should have been another. */
export interface RouteLeak {
  readonly cell: string
  readonly what: string
}

export interface RouteProbe {
  readonly cells: number
  readonly leaks: readonly RouteLeak[]
}

interface Reply {
  readonly status: number
  readonly text: string
  /** Status, headers and body without what differs between any two requests. */
  readonly comparable: string
}

/** Which record the ids of a request name. */
type Whose = 'own' | 'missing' | 'foreign' | 'malformed' | 'FOREIGN' | 'nil' | 'quoted'

const ORDINARY_KINDS = ['own', 'missing', 'foreign', 'malformed'] as const
/** And a foreign id in capitals, the id of nothing, and text that wants to be SQL. */
const EVERY_KIND = [...ORDINARY_KINDS, 'FOREIGN', 'nil', 'quoted'] as const

interface Request {
  readonly params: Readonly<Record<string, string>>
  readonly query: unknown
  readonly body: unknown
}

const MALFORMED = 'no-id'
const DIFFERS_EVERY_TIME = new Set([
  'date',
  'x-request-id',
  'connection',
  'keep-alive',
  'content-length',
  'ratelimit',
])

/**
 * Sends one route's request as everybody with ids of every kind, and tells what should not have been answered. With
 * `untilFirst` it stops at the first finding.
 */
export async function probeRoute(
  bench: RouteBench,
  route: AnyRoute,
  { untilFirst = false } = {},
): Promise<RouteProbe> {
  const prober = new Prober(bench, route)
  for (const step of prober.steps()) {
    if (untilFirst && prober.leaks.length > 0) break
    await step()
  }
  return { cells: prober.cells, leaks: prober.leaks }
}

/** Guests work with what is shared with them and make nothing of these. */
const NOT_FOR_GUESTS = new Set(['crm.person.create', 'crm.company.create', 'crm.deal.create'])

/** Whether a principal may call a route at all: 401, 403, or 200 for yes. */
function welcome(route: AnyRoute, { role, scopes }: Principal): 200 | 401 | 403 {
  if (route.access === 'public') return 200
  if (role === null) return 401
  if (role === 'guest' && NOT_FOR_GUESTS.has(route.id)) return 403
  if (scopes) return scopes.includes(route.access as Permission) ? 200 : 403
  return route.access === 'user' || mayRole(role, route.access as Permission) ? 200 : 403
}

class Prober {
  cells = 0
  readonly leaks: RouteLeak[] = []
  readonly #bench: RouteBench
  readonly #route: AnyRoute
  readonly #paramNames: readonly string[]

  constructor(bench: RouteBench, route: AnyRoute) {
    this.#bench = bench
    this.#route = route
    this.#paramNames = [...route.path.matchAll(/:([A-Za-z]+)/g)].map(match => match[1] ?? '')
  }

  /** Everything there is to try. */
  steps(): (() => Promise<void>)[] {
    const { principals } = this.#bench.cast
    const names = this.#paramNames
    const choices = names.length > 1 ? [names, ...names.map(name => [name])] : [names]
    const params = principals.flatMap(principal =>
      choices.map(changed => () => this.#tryParams(principal, changed)),
    )
    const { query, body, access } = this.#route
    const places = [
      ...(query ? idPlaces(query) : []).flatMap(path =>
        this.#senders().map(who => () => this.#tryPlace(who, 'query', path)),
      ),
      ...(body ? idPlaces(body) : []).flatMap(path =>
        this.#senders().map(who => () => this.#tryPlace(who, 'body', path)),
      ),
    ]
    return [...(access === 'public' ? [] : params), ...places]
  }

  /** Requests of one principal whose path names records of different kinds. */
  async #tryParams(principal: Principal, changed: readonly string[]): Promise<void> {
    const replies = new Map<Whose, Reply>()
    const kinds =
      changed.length === 0 ? (['own'] as const) : this.#bench.cast.isThorough ? EVERY_KIND : ORDINARY_KINDS
    for (const whose of kinds) {
      const cell = this.#cell(principal, `${whose} ${changed.join(' and ')}`)
      const params = Object.fromEntries(
        this.#paramNames.map(name => [
          name,
          this.#id(principal, name, changed.includes(name) ? whose : 'own'),
        ]),
      )
      const request = { ...this.#ordinary(principal), params }
      const answer = welcome(this.#route, principal)
      const isHarmless = whose === 'own' && answer === 200
      const reply = isHarmless
        ? await this.#rehearse(principal, request)
        : await this.#send(principal, request)
      replies.set(whose, reply)
      if (isHarmless) {
        this.#expectOwn(cell, principal, reply)
        this.#expectAudited(cell, reply)
      } else {
        this.#expectStatus(cell, reply, answer === 200 ? 404 : answer)
        await this.#expectUnchanged(cell, { refusalOf: principal.orgId })
      }
      this.#expectNothingForeign(cell, principal, reply)
    }
    this.#expectAlike(this.#cell(principal, changed.join(' and ')), replies)
  }

  /** Those who try the places of a request: one who may, or everybody who may. */
  #senders(): readonly Principal[] {
    const { principals, trusted, nobody, isThorough } = this.#bench.cast
    if (this.#route.access === 'public') return [nobody]
    return isThorough ? principals.filter(who => welcome(this.#route, who) === 200) : [trusted]
  }

  /** Requests of one who may, with ids of different kinds in one place of the query or body. */
  async #tryPlace(principal: Principal, part: 'query' | 'body', path: Path): Promise<void> {
    const name = String(path.findLast(step => typeof step === 'string'))
    if (!namesRecord(this.#route.id, name)) return
    const replies = new Map<Whose, Reply>()
    for (const whose of ['own', 'missing', 'foreign'] as const) {
      const cell = this.#cell(principal, `${whose} ${path.join('.')} in the ${part}`)
      const ordinary = this.#ordinary(principal, name)
      const request = { ...ordinary, [part]: withAt(ordinary[part], path, this.#id(principal, name, whose)) }
      if (part === 'body') assertAccepted(this.#route, request.body)
      const reply = await this.#rehearse(principal, request)
      replies.set(whose, reply)
      if (whose === 'own') this.#expectOwn(cell, principal, reply, name)
      this.#expectNothingForeign(cell, principal, reply)
      if (whose !== 'foreign') continue
      // Once more for real: what may be refused afterwards must not have been written before.
      await this.#send(principal, request)
      await this.#expectUnchanged(cell, { of: this.#twinOf(principal) })
    }
    this.#expectAlike(this.#cell(principal, path.join('.')), replies)
  }

  #cell(principal: Principal, rest: string): string {
    return `${this.#route.method} ${this.#route.path} as ${principal.name}: ${rest}`
  }

  #twinOf({ orgId }: Principal): string {
    const { own, other } = this.#bench.cast
    return orgId === own.orgId ? other.orgId : own.orgId
  }

  #id(principal: Principal, name: string, whose: Whose): string {
    const idIn = (orgId: string) => this.#bench.records.get(orgId)?.idFor(this.#route.id, name) ?? ''
    switch (whose) {
      case 'own':
        return idIn(principal.orgId)
      case 'foreign':
        return idIn(this.#twinOf(principal))
      case 'missing':
        return missingLike(idIn(this.#twinOf(principal)))
      case 'malformed':
        return MALFORMED
      case 'FOREIGN':
        return idIn(this.#twinOf(principal)).toUpperCase()
      case 'nil':
        return '00000000-0000-0000-0000-000000000000'
      case 'quoted':
        return `' or true --`
    }
  }

  /** A request that a permitted principal is answered, with ids of its own organization. */
  #ordinary(principal: Principal, place: string | null = null): Request {
    const { own, other } = this.#bench.cast
    const person = principal.orgId === own.orgId ? own : other
    const records = this.#bench.records.get(principal.orgId)
    if (!records) throw new Error(`No records are known of ${principal.orgId}.`)
    const body = bodyFor(this.#route, place, { person, records })
    if (place === null) assertAccepted(this.#route, body)
    return {
      params: Object.fromEntries(this.#paramNames.map(name => [name, this.#id(principal, name, 'own')])),
      query: queryFor(this.#route, { person, records }),
      body,
    }
  }

  async #rehearse(principal: Principal, request: Request): Promise<Reply> {
    return this.#bench.rehearsal.rehearse(() => this.#send(principal, request))
  }

  async #send({ headers }: Principal, { params, query, body }: Request): Promise<Reply> {
    this.cells += 1
    const path = this.#route.path.replace(/:([A-Za-z]+)/g, (_, name) =>
      encodeURIComponent(params[name] ?? ''),
    )
    const search = new URLSearchParams(query as Record<string, string>).toString()
    const response = await fetch(`${this.#bench.url}${path}${search && `?${search}`}`, {
      method: this.#route.method,
      redirect: 'manual',
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
    if (isStream) await response.body?.cancel()
    const text = isStream ? '' : await response.text()
    const kept = [...response.headers].filter(([name]) => !DIFFERS_EVERY_TIME.has(name))
    const comparable = `${response.status} ${JSON.stringify(kept)} ${text}`
      .replaceAll(UUID, '<id>')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    return { status: response.status, text, comparable }
  }

  #expectStatus(cell: string, reply: Reply, status: number): void {
    if (reply.status !== status) this.#report(cell, `answers ${described(reply)} instead of ${status}`)
  }

  #expectOwn(cell: string, { headers, role, scopes }: Principal, reply: Reply, place = ''): void {
    const { id } = this.#route
    const answer = OWN_ANSWERS[`${id} ${place}`] ?? OWN_ANSWERS[id]
    const wanted = answer?.('authorization' in headers, role === 'owner', role, scopes)
    if (wanted !== undefined) this.#expectStatus(cell, reply, wanted)
    else if (reply.status >= 400) this.#report(cell, `answers ${described(reply)} instead of a success`)
  }

  #expectNothingForeign(cell: string, principal: Principal, { text }: Reply): void {
    const foreign = this.#bench.ids.get(this.#twinOf(principal))
    const found = [...text.matchAll(UUID)].find(([id]) => foreign?.has(id))
    if (found) this.#report(cell, `shows ${found[0]}, which belongs to the other organization`)
  }

  /** What governs an organization leaves an entry in its log, whoever did it. */
  #expectAudited(cell: string, { status }: Reply): void {
    const { audited } = this.#bench.rehearsal.happened()
    if (status < 300 && isAlwaysAudited(this.#route) && !audited)
      this.#report(cell, 'leaves no entry in the audit log')
  }

  #expectAlike(cell: string, replies: ReadonlyMap<Whose, Reply>): void {
    const [missing, foreign] = [replies.get('missing'), replies.get('foreign')]
    if (!missing || !foreign || missing.comparable === foreign.comparable) return
    this.#report(
      cell,
      `tells a foreign record (${described(foreign)}) from a missing one (${described(missing)})`,
    )
  }

  /**
   * Compares all rows of both organizations, or of one, with what they were before. That somebody was refused may be in
   * the log of the organization they came for.
   */
  async #expectUnchanged(
    cell: string,
    { of, refusalOf }: { of?: string; refusalOf?: string },
  ): Promise<void> {
    const { admin, all, cast, rehearsal } = this.#bench
    // Reading all rows takes longer than the request; who wrote nothing has changed none.
    if (!rehearsal.happened().wrote) return
    const after = await readState(admin, all, [cast.own.orgId, cast.other.orgId])
    for (const rows of changedBetween(this.#bench.watch.last, after, of))
      if (!(rows.startsWith('audit.') && rows.endsWith(` of ${refusalOf}`)))
        this.#report(cell, `changes ${rows}`)
    this.#bench.watch.last = after
  }

  #report(cell: string, what: string): void {
    this.leaks.push({ cell, what })
  }
}

function described({ status, text }: Reply): string {
  return `${status} ${text.slice(0, 200)}`
}

/** One line for each leak. */
export function shownRouteLeaks(leaks: readonly RouteLeak[]): string {
  return leaks.map(({ cell, what }) => `  ${cell}\n    ${what}`).join('\n')
}

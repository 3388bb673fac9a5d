import { newId } from '#platform/ids.ts'
import type { Form } from '../contract.ts'
import { proofOf } from '../page/proof.js'
import type { Answers, Session } from './corpus-sessions.ts'

/** What became of a session. */
export interface Outcome {
  readonly session: Session
  /** Leads of its address: one when it came through. */
  readonly leads: number
  readonly held: number
  /** The work it was asked for and did. */
  readonly works: number
  /** The last answer. */
  readonly status: number
  readonly reasons: readonly string[]
}

/** What the sessions are played on: a database, a server on it, and a clock that goes on when it is told to. */
export interface World {
  readonly clock: { now(): Date; advance(ms: number): void }
  asSuperuser<R extends Record<string, unknown>>(text: string): Promise<R[]>
  raw(path: string, init: RequestInit): Promise<Response>
}

/** Plays sessions in the order of their times. */
export async function play(
  t: World,
  forms: readonly Form[],
  sessions: readonly Session[],
): Promise<Outcome[]> {
  const began = t.clock.now().getTime()
  const states = sessions.map(session => ({ session, token: '', status: 0, works: 0 }))
  type State = (typeof states)[number]
  const shared = new Map<string, string>()
  const keyOf = (session: Session) => forms[session.form]?.key ?? ''
  const call = (session: Session, path: string, init: RequestInit = {}) =>
    t.raw(path, {
      ...init,
      headers: { ...session.headers, 'x-forwarded-for': session.address, ...init.headers },
    })

  async function open(state: State): Promise<void> {
    const { session } = state
    if (session.way === 'no page') return
    const known = session.sharesToken ? shared.get(session.kind) : undefined
    if (known !== undefined) {
      state.token = known
      return
    }
    const page = await (await call(session, `/f/${keyOf(session)}`)).text()
    state.token = tokenIn(page)
    shared.set(session.kind, state.token)
  }

  async function post(state: State, answers: Answers, proof?: string): Promise<Response> {
    const { session, token } = state
    if (session.way === 'plain') {
      const whole = { ...answers, _token: token, _website: session.trap ?? '' }
      const fields = session.isSparse ? { ...whole, company: '', budget: '' } : whole
      const body = new URLSearchParams(
        Object.entries(fields).filter(([, value]) => !session.isSparse || value !== ''),
      )
      return call(session, `/f/${keyOf(session)}`, { method: 'POST', body })
    }
    const [, submissionId = newId()] = token.split('.')
    const body =
      session.way === 'no page' ? { submissionId: newId(), answers } : { submissionId, token, answers, proof }
    return call(session, `/v1/public/forms/${keyOf(session)}/submissions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  async function send(state: State): Promise<void> {
    const { session } = state
    const { answers } = session
    if (session.isCorrected) await post(state, { ...answers, email: 'not yet' })
    const [response = await post(state, answers)] = session.isDoubled
      ? await Promise.all([post(state, answers), post(state, answers)])
      : []
    state.status = response.status
    if (response.status === 428 && session.canWork) {
      state.works = 1
      state.status = (await post(state, answers, await proofOf(state.token))).status
    } else if (response.status === 422 && session.triesAgainMs) {
      state.token = tokenIn(await response.text())
      t.clock.advance(session.triesAgainMs)
      state.status = (await post(state, answers)).status
    }
  }

  const acts = states.flatMap(state => [
    { at: state.session.openAt, run: () => open(state) },
    { at: state.session.openAt + state.session.waitMs, run: () => send(state) },
  ])
  for (const { at, run } of acts.sort((a, b) => a.at - b.at)) {
    t.clock.advance(Math.max(0, began + at - t.clock.now().getTime()))
    await run()
  }
  return outcomesOf(t, states)
}

function tokenIn(page: string): string {
  return /name="_token" value="([^"]*)"/.exec(page)?.[1] ?? ''
}

async function outcomesOf(
  t: World,
  states: readonly { session: Session; status: number; works: number }[],
): Promise<Outcome[]> {
  const leads = await t.asSuperuser<{ email: string }>('select email_key as email from intake.leads')
  const held = await t.asSuperuser<{ email: string; reasons: { code: string; points: number }[] }>(
    'select email_key as email, reasons from intake.quarantined_submissions',
  )
  return states.map(({ session, status, works }) => {
    const email = session.answers.email.toLowerCase()
    const kept = held.filter(row => row.email === email)
    return {
      session,
      leads: leads.filter(row => row.email === email).length,
      held: kept.length,
      works,
      status,
      reasons: kept.flatMap(row => row.reasons.map(({ code, points }) => `${code} ${points}`)),
    }
  })
}

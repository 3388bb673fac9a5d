import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { Seeded } from '#platform/seeded.ts'
import { anyOrgId, testKit } from '#test/database.ts'
import { testServer } from '#test/http.ts'
import { makeForm } from '../factories.ts'
import { intakeModule } from '../index.ts'
import { botKinds, botSessions, CORPUS_FORM, humanSessions, type Session } from './corpus-sessions.ts'
import { type Outcome, play } from './corpus-world.ts'

const modules = [iamModule, crmModule, intakeModule]
const SEED = 20261121
const FORMS = 24

/** Two days in an installation of its own: four forms that people send, and twenty more. */
async function twoDays(sessions: readonly Session[]): Promise<Outcome[]> {
  const env = { TRUST_PROXY: 'true', PUBLIC_URL: 'https://forms.example' }
  const t = await testKit({ modules, env, frozenAt: new Date('2026-11-20T08:00:00Z') })
  const server = await testServer(t, modules)
  try {
    const forms = []
    for (let index = 0; index < FORMS; index++) {
      forms.push(await makeForm(t.kit, anyOrgId(), { ...CORPUS_FORM, name: `Form ${index}` }))
    }
    const { clock, asSuperuser } = t
    return await play({ clock, asSuperuser, raw: server.raw }, forms, sessions)
  } finally {
    await server.close()
    await t.close()
  }
}

/** What came of each kind, as a line. */
function summary(
  outcomes: readonly Outcome[],
): Map<string, { sent: number; leads: number; held: number; works: number }> {
  const kinds = new Map<string, { sent: number; leads: number; held: number; works: number }>()
  for (const { session, leads, held, works } of outcomes) {
    const of = kinds.get(session.kind) ?? { sent: 0, leads: 0, held: 0, works: 0 }
    kinds.set(session.kind, {
      sent: of.sent + 1,
      leads: of.leads + leads,
      held: of.held + held,
      works: of.works + works,
    })
  }
  return kinds
}

const linesOf = (outcomes: readonly Outcome[]) =>
  [...summary(outcomes)].map(
    ([kind, of]) => `${kind}: ${of.sent} sent, ${of.leads} leads, ${of.held} held, ${of.works} proofs`,
  )

test('of a thousand posts of ten kinds of bots at most ten become leads, and all of two hundred people do', async t => {
  const chance = new Seeded(SEED)
  const people = humanSessions(chance, FORMS)
  const bots = Object.keys(botKinds).flatMap(kind => botSessions(kind, chance, FORMS))
  assert.deepEqual([people.length, bots.length], [200, 1000])
  const outcomes = await twoDays([...people, ...bots])
  for (const line of linesOf(outcomes)) t.diagnostic(line)
  const lost = outcomes.filter(({ session, leads }) => session.isHuman && leads !== 1)
  assert.deepEqual(
    lost.map(({ session, status, reasons }) => ({ kind: session.kind, ...session.answers, status, reasons })),
    [],
  )
  const through = outcomes
    .filter(({ session }) => !session.isHuman)
    .reduce((sum, { leads }) => sum + leads, 0)
  t.diagnostic(`${through} of ${bots.length} posts of bots became leads`)
  assert.ok(through <= bots.length / 100, `${through} became leads`)
})

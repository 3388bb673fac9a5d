import { isDeepStrictEqual } from 'node:util'
import { createWorkflow } from '#modules/flow/contract.ts'
import { createTokens, tokensOf } from '#modules/iam/contract.ts'
import { addMember, GOOD_PASSWORD, makeOwner } from '#modules/iam/factories.ts'
import { createClient } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import type { TestKit } from '#test/database.ts'
import type { RouteLeak } from './route-probe.ts'

/**
 * Sends one request again under its Idempotency-Key, and the same key in another organization of the same person:
 * the first must do nothing more, the second must be a request of its own.
 */
export async function probeIdempotency(t: TestKit, url: string): Promise<RouteLeak[]> {
  const person = await makeOwner(t.kit, 'Ida Twice')
  const host = await makeOwner(t.kit, 'Hugo Host')
  await addMember(t.kit, host.orgId, person.userId, 'member')
  const key = newId()
  const send = async (organizationId: string) => {
    const tokens = tokensOf(
      await createClient({ baseUrl: url }).call(createTokens, {
        body: { email: person.email, password: GOOD_PASSWORD, organizationId },
      }),
    )
    const response = await fetch(url + createWorkflow.path, {
      method: createWorkflow.method,
      headers: {
        authorization: `Bearer ${tokens.accessToken}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({ name: 'Once' }),
    })
    return { status: response.status, answer: (await response.json()) as { id?: string } }
  }
  const leaks: RouteLeak[] = []
  const report = (cell: string, what: string) => leaks.push({ cell: `${createWorkflow.path}, ${cell}`, what })
  const first = await send(person.orgId)
  if (first.status !== 201) report('first', `answers ${first.status}`)
  const again = await send(person.orgId)
  if (!isDeepStrictEqual(again.answer, first.answer)) report('repeated', 'is answered differently')
  const elsewhere = await send(host.orgId)
  if (elsewhere.status !== 201) report('in another organization', `answers ${elsewhere.status}`)
  if (elsewhere.answer.id === first.answer.id)
    report('in another organization', 'is answered with what the first one made')
  for (const orgId of [person.orgId, host.orgId]) {
    const made = await t.asSuperuser(`select 1 from flow.workflows where org_id = $1 and name = 'Once'`, [
      orgId,
    ])
    if (made.length !== 1) report(`of ${orgId}`, `exists ${made.length} times`)
  }
  return leaks
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { PageQuery } from '../contract/fields.ts'
import { type AnyRoute, defineRoute } from '../contract/route.ts'
import { AppError } from '../errors.ts'
import { costOf, createApiLimits } from './api-limits.ts'
import type { Principal } from './handlers.ts'

const read = defineRoute({
  id: 'test.thing.get',
  method: 'GET',
  path: '/v1/thing',
  summary: 'Read',
  access: 'things:read',
  response: z.object({}),
})
const list = defineRoute({ ...read, id: 'test.thing.list', query: PageQuery })
const exported = defineRoute({ ...read, id: 'test.thing.export', produces: 'text/csv' })
const stream = defineRoute({ ...read, id: 'test.live', produces: 'text/event-stream' })

const person = (userId: string, orgId: string | null): Principal =>
  ({ actor: { type: 'user', userId }, userId, orgId }) as Principal
const key = (keyId: string, orgId: string): Principal =>
  ({ actor: { type: 'apiKey', keyId }, userId: null, orgId }) as Principal

describe('the limits of the API', () => {
  const limitsOf = (caller: number, organization: number) => {
    let at = 0
    const limits = createApiLimits(
      { apiRequestsPerMinute: caller, apiRequestsPerMinuteOfOrganization: organization },
      () => at,
    )
    const ask = (principal: Principal, route: AnyRoute = read) => {
      const fields: Record<string, string> = {}
      try {
        limits(principal, route, (name, value) => {
          fields[name] = value
        })
        return { fields, retryAfterS: undefined }
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'request.too_many' && error.status === 429)
        return { fields, retryAfterS: error.retryAfterS }
      }
    }
    return { ask, wait: (ms: number) => (at += ms) }
  }

  it('say what is allowed and what is left, exactly', () => {
    const { ask } = limitsOf(60, 600)
    assert.deepEqual(ask(person('a', 'o')).fields, {
      'ratelimit-policy': '"caller";q=60;w=60, "organization";q=600;w=60',
      ratelimit: '"caller";r=59;t=1, "organization";r=599;t=1',
    })
    assert.equal(ask(person('a', 'o'), list).fields.ratelimit, '"caller";r=57;t=3, "organization";r=597;t=1')
    assert.equal(
      ask(person('a', 'o'), exported).fields.ratelimit,
      '"caller";r=37;t=23, "organization";r=577;t=3',
    )
  })

  it('refuse one who asked too much and let it in again when it waited', () => {
    const { ask, wait } = limitsOf(2, 600)
    ask(person('a', 'o'))
    ask(person('a', 'o'))
    const refused = ask(person('a', 'o'))
    assert.deepEqual(refused, {
      fields: {
        'ratelimit-policy': '"caller";q=2;w=60, "organization";q=600;w=60',
        ratelimit: '"caller";r=0;t=60, "organization";r=598;t=1',
      },
      retryAfterS: 30,
    })
    assert.equal(ask(key('a', 'o')).retryAfterS, undefined, 'a key has its own allowance')
    wait(29_999)
    assert.equal(ask(person('a', 'o')).retryAfterS, 1)
    wait(1)
    assert.equal(ask(person('a', 'o')).retryAfterS, undefined)
  })

  it('count a person once in all organizations, and an organization over all its people and keys', () => {
    const { ask } = limitsOf(3, 4)
    ask(person('a', 'o'))
    ask(person('a', 'p'))
    ask(person('a', null))
    assert.equal(ask(person('a', 'q')).retryAfterS, 20)
    for (const name of ['b', 'c']) ask(key(name, 'o'))
    ask(person('d', 'o'))
    const full = ask(person('e', 'o'))
    assert.equal(full.retryAfterS, 15)
    assert.equal(full.fields.ratelimit, '"caller";r=2;t=20, "organization";r=0;t=60')
    assert.equal(ask(person('e', 'other')).retryAfterS, undefined)
  })

  it('never count the live stream', () => {
    const { ask } = limitsOf(1, 1)
    for (let n = 0; n < 3; n++)
      assert.deepEqual(ask(person('a', 'o'), stream), { fields: {}, retryAfterS: undefined })
  })

  it('let a call through that costs more than there ever is, alone', () => {
    const { ask } = limitsOf(5, 5)
    assert.equal(ask(person('a', 'o'), exported).retryAfterS, undefined)
    assert.equal(ask(person('a', 'o')).retryAfterS, 12)
  })

  it('weigh what a route says it weighs', () => {
    assert.deepEqual([read, list, exported, stream, { ...read, cost: 7 }].map(costOf), [1, 2, 20, 0, 7])
  })
})

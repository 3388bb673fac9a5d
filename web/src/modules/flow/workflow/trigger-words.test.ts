import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphSchema } from '#modules/flow/contract.ts'
import { hasTrigger } from './trigger-of.ts'
import { slotWords, verificationWords } from './trigger-words.ts'

test('the check of a delivery is said with the names a sender needs', () => {
  assert.match(verificationWords({ type: 'none' }), /Everybody/)
  assert.match(verificationWords({ type: 'secret_header', header: 'x-key' }), /“x-key”/)
  const hmac = { type: 'hmac', header: 'x-sign', algorithm: 'sha256', encoding: 'hex' } as const
  assert.equal(
    verificationWords({ ...hmac, prefix: 'sha256=' }),
    'Each delivery has to be signed with the secret: HMAC SHA256 of its body in hex, in the header “x-sign”, after “sha256=”.',
  )
  assert.match(verificationWords({ ...hmac, prefix: '' }), /in the header “x-sign”\.$/)
})

test('a time is told on the clock of the schedule', () => {
  assert.equal(slotWords('2026-11-23T08:00:00.000Z', 'Europe/Paris', 'en-GB'), 'Mon 23 Nov, 09:00')
})

test('a workflow has a page for its trigger when its draft or what is published has one', () => {
  const by = (type: string) => graphSchema.parse({ nodes: [{ id: 'start', type }], edges: [] })
  assert.equal(hasTrigger({ published: null, draft: by('webhook') }), true)
  assert.equal(hasTrigger({ published: by('schedule'), draft: by('manual') }), true)
  assert.equal(hasTrigger({ published: by('manual'), draft: by('manual') }), false)
})

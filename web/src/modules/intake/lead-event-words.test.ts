import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LeadEvent, LeadEventKind, type LeadStatus } from '#modules/intake/contract.ts'
import { leadEventWords } from './lead-event-words.ts'

const statuses: LeadStatus[] = [
  { status: 'NEW', name: 'New', color: 'info', kind: 'open' },
  { status: 'WON', name: 'Won', color: 'good', kind: 'won' },
]

function words(kind: LeadEventKind, over: Partial<LeadEvent> = {}) {
  const event: LeadEvent = {
    id: 'e',
    kind,
    description: '',
    metadata: {},
    actor: 'run',
    userId: null,
    runId: 'r1',
    createdAt: '2026-11-21T09:00:00Z',
    ...over,
  }
  return leadEventWords(event, 'me', statuses)
}

test('a move names the columns as the board does, and who of us did it', () => {
  const metadata = { from: 'NEW', to: 'WON' }
  const mine = words('STATUS_CHANGED', { actor: 'user', userId: 'me', metadata })
  assert.deepEqual(mine, { actor: 'you', words: 'moved it from New to Won' })
  assert.equal(words('STATUS_CHANGED', { actor: 'user', userId: 'other', metadata }).actor, 'member')
})

test('a column that no longer exists keeps the name it had', () => {
  const metadata = { from: 'OLD', to: 'WON' }
  assert.equal(words('STATUS_CHANGED', { metadata }).words, 'moved it from OLD to Won')
})

test('e-mails end with their subject and lead to the message, with the reason where there is one', () => {
  const metadata = { messageId: 'm1', subject: 'Thank you', reason: 'No such mailbox.' }
  const record = { label: '“Thank you”', to: '/mailbox/m1' }
  assert.deepEqual(words('EMAIL_SENT', { metadata }), { actor: 'workflow', words: 'sent', record })
  assert.equal(words('EMAIL_FAILED', { metadata }).body, 'No such mailbox.')
  assert.equal(words('EMAIL_UNKNOWN', { metadata }).words, 'may have sent')
})

test('a column that was taken away is called what it was called', () => {
  const metadata = { from: 'OLD', to: 'WON' }
  const description = 'Moved from First call to Won, because the column was taken away'
  assert.equal(words('STATUS_CHANGED', { metadata, description }).words, 'moved it from First call to Won')
})

test('a deal that a lead was made into is linked', () => {
  const metadata = { dealId: 'd1', name: 'Mill' }
  const { words: said, record } = words('CONVERTED', { metadata })
  assert.deepEqual([said, record], ['made it into the deal', { label: 'Mill', to: '/deals/d1' }])
})

test('an owner is said with the reason the rules had, or that there is none', () => {
  const given = { from: null, to: 'u1', name: 'Ada: CEO', reason: 'next in turn of “Team”' }
  const description = 'Given to Ada: CEO: next in turn of “Team”'
  assert.deepEqual(words('OWNER_CHANGED', { metadata: given, description, actor: 'system' }), {
    actor: 'system',
    words: 'gave it to Ada: CEO',
    body: 'next in turn of “Team”',
  })
  const nobody = words('OWNER_CHANGED', { metadata: { from: null, to: null, reason: 'no rule is for it' } })
  assert.deepEqual([nobody.words, nobody.body], ['left it without an owner', 'no rule is for it'])
  const byHand = words('OWNER_CHANGED', { metadata: { to: 'u2' }, description: 'Given to Bob' })
  assert.deepEqual([byHand.words, byHand.body], ['gave it to Bob', undefined])
})

test('runs lead to the run and say why they failed', () => {
  assert.deepEqual(words('RUN_STARTED').record, { label: 'run', to: '/runs/r1' })
  const failed = words('RUN_FAILED', { description: 'Workflow failed: The server said: no.' })
  assert.equal(failed.body, 'The server said: no.')
})

test('the visitor who sent a form is the lead', () => {
  const sent = words('FORM_SUBMITTED', { actor: 'visitor', runId: null, description: 'Sent the form again' })
  assert.deepEqual(sent, { actor: 'lead', words: 'sent the form again' })
})

test('a word in capitals keeps them at the start of the words', () => {
  assert.equal(words('BOOKING_CREATED', { description: 'API booked' }).words, 'API booked')
})

test('every kind of event has words', () => {
  for (const kind of LeadEventKind.options) {
    assert.ok(words(kind, { description: 'Booked a call' }).words.length > 3, kind)
  }
})

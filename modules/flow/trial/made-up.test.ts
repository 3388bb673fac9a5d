import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPlainObject } from '#platform/contract/plain-data.ts'
import { eventKinds } from '../event-kinds.ts'
import { eventConfig } from '../nodes/event.ts'
import { madeUpInput } from './made-up.ts'

const now = new Date('2026-03-01T12:00:00Z')
const node = (type: string, config: Record<string, unknown> = {}) => ({
  id: 'start',
  type,
  config,
  position: { x: 0, y: 0 },
})

test('every kind of event has a payload to read, with the members that its events have', () => {
  for (const { kind, leadSubject } of eventKinds) {
    const { event, lead } = madeUpInput(node('event', eventConfig.parse({ event: kind.type })), [], now)
    assert.ok(isPlainObject(event) && isPlainObject(event.payload), kind.type)
    const read = kind.payload.safeParse(event.payload)
    assert.ok(read.success || Object.keys(event.payload).length > 0, kind.type)
    assert.equal(lead !== undefined, leadSubject !== null, kind.type)
  }
})

test('a form is answered in all its fields, a schedule has its time and what it gives', () => {
  const fields = [
    { type: 'NUMBER', key: 'seats', label: 'Seats', help: '', required: false, validation: { min: 2 } },
    {
      type: 'DROPDOWN',
      key: 'size',
      label: 'Size',
      help: '',
      required: false,
      validation: {},
      options: ['S', 'M'],
    },
  ] as const
  const { lead, form } = madeUpInput(node('form_submitted'), structuredClone(fields) as never, now)
  assert.deepEqual((form as { answers: unknown }).answers, { seats: '2', size: 'S' })
  assert.deepEqual((lead as { fields: unknown }).fields, { seats: '2', size: 'S' })
  const schedule = node('schedule', { cron: '0 9 * * *', timeZone: 'Europe/Paris', input: { region: 'EU' } })
  assert.deepEqual(madeUpInput(schedule, [], now), {
    region: 'EU',
    schedule: { slot: '2026-03-01T12:00:00.000Z', timeZone: 'Europe/Paris' },
  })
})

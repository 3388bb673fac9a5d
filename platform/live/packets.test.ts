import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { newId } from '../ids.ts'
import { pack, unpack } from './packets.ts'

const Text = fc.string({ unit: 'grapheme', maxLength: 40 })
const Message = fc.record(
  {
    id: fc.uuid(),
    orgId: fc.uuid(),
    type: Text,
    subjects: fc.array(fc.record({ type: Text, id: Text }, { noNullPrototype: true }), { maxLength: 5 }),
  },
  { noNullPrototype: true },
)

describe('packets between processes', () => {
  it('say what was packed, in order, and fit into a notification', () => {
    fc.assert(
      fc.property(
        fc.array(Message, { maxLength: 200 }),
        fc.array(fc.uuid(), { maxLength: 20 }),
        (messages, lost) => {
          const contents = pack(messages, lost)
          for (const content of contents) assert.ok(Buffer.byteLength(content) <= 7_900)
          const read = contents.map(unpack)
          assert.deepEqual(
            read.flatMap(packet => packet?.messages ?? []),
            messages,
          )
          assert.deepEqual(
            read.flatMap(packet => packet?.lost ?? []),
            lost,
          )
        },
      ),
      { numRuns: 100, seed: 1 },
    )
  })

  it('leave out the records of a message that names too many', () => {
    const subjects = Array.from({ length: 300 }, () => ({ type: 'lead', id: newId() }))
    const message = { id: newId(), orgId: newId(), type: 'lead.moved', subjects }
    const [content = '', ...more] = pack([message], [])
    assert.deepEqual(more, [])
    assert.deepEqual(unpack(content)?.messages, [{ ...message, subjects: [], many: true }])
  })

  it('are refused when they are none', () => {
    for (const text of ['', 'null', '{}', '[', '7']) assert.equal(unpack(text), undefined, text)
  })
})

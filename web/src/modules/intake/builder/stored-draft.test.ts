import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DraftContent } from '#modules/intake/contract.ts'
import { entriesOf } from './draft-edits.ts'
import { draftProblems } from './draft-problems.ts'
import { firstForm } from './first-form.ts'
import { definitionOf, draftOf } from './stored-draft.ts'

describe('a draft that is stored', () => {
  it('is the same when it is read again, with what is not known here', () => {
    const draft = { ...firstForm('Enquiries'), captcha: { kind: 'x' } }
    assert.deepEqual(draftOf(DraftContent.parse(definitionOf(draft))), draft)
  })

  it('can be shown whatever a program has written', () => {
    const draft = draftOf(
      DraftContent.parse({
        theme: null,
        embed: { allowedHosts: 'everywhere' },
        fields: [
          { type: 'DROPDOWN', options: 'one', validation: [], visibleWhen: { conditions: [1, {}] } },
          { type: 'HOLOGRAM', key: 'x', help: 7, prefill: 'p', text: {} },
        ],
      }),
    )
    assert.deepEqual(draft.embed.allowedHosts, [])
    assert.equal(draft.theme.appearance, 'auto')
    assert.deepEqual(
      draft.fields.map(({ type, options, visibleWhen, prefill, text }) => [
        type,
        options,
        visibleWhen,
        prefill,
        text,
      ]),
      [
        ['DROPDOWN', [], undefined, undefined, undefined],
        ['HOLOGRAM', undefined, undefined, undefined, undefined],
      ],
    )
    assert.equal(entriesOf(draft).length, 2)
    assert.ok(draftProblems(draft).length > 2)
  })
})

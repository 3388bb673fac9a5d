import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import blns from '#test/fixtures/security/blns.json' with { type: 'json' }
import { html } from './html.ts'

describe('markup', () => {
  it('escapes what is put into it, in text and in attributes', () => {
    const hostile = `<b title="x" class='y'>&amp;`
    assert.equal(
      html`<p title="${hostile}">${hostile}</p>`.text.replaceAll(
        '&#60;b title=&#34;x&#34; class=&#39;y&#39;&#62;&#38;amp;',
        '*',
      ),
      '<p title="*">*</p>',
    )
  })

  it('keeps markup, joins lists and shows nothing for false, null and undefined', () => {
    const items = ['a', '<'].map(item => html`<li>${item}</li>`)
    assert.equal(
      html`<ul>${items}${false}${null}${undefined}${0}</ul>`.text,
      '<ul><li>a</li><li>&#60;</li>0</ul>',
    )
  })

  it('lets no naughty string out of its place', () => {
    for (const text of blns) {
      const inside = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/s.exec(html`<p title="${text}">${text}</p>`.text)
      assert.ok(inside, text)
      const read = (inside[2] ?? '').replace(/&#(\d+);/g, (_, code: string) =>
        String.fromCharCode(Number(code)),
      )
      assert.equal(read, text)
    }
  })
})

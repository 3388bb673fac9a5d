import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blocksOf, inlinesOf, plainText } from './markdown.ts'

describe('Markdown of notes', () => {
  it('has paragraphs, lists and headings', () => {
    const blocks = blocksOf('# Call\nSaid **yes**\nand more\n\nNext\n- one\n- two\n1. first\n2) second')
    assert.deepEqual(
      blocks.map(block => [block.kind, block.lines.length]),
      [
        ['heading', 1],
        ['paragraph', 2],
        ['paragraph', 1],
        ['bullets', 2],
        ['numbers', 2],
      ],
    )
  })

  it('has styles and links, and leaves the rest as it was typed', () => {
    assert.deepEqual(
      inlinesOf('a **b** *c* _d_ `e`').filter(part => part.style),
      [
        { text: 'b', style: 'bold' },
        { text: 'c', style: 'italic' },
        { text: 'd', style: 'italic' },
        { text: 'e', style: 'code' },
      ],
    )
    assert.deepEqual(inlinesOf('[offer](https://example.com/a)'), [
      { text: 'offer', href: 'https://example.com/a' },
    ])
    assert.deepEqual(inlinesOf('see https://example.com.')[1], {
      text: 'https://example.com',
      href: 'https://example.com',
    })
    for (const plain of ['[x](javascript:alert(1))', '<b>no</b>', 'snake_case_name', '2 * 3 * 4'])
      assert.equal(
        inlinesOf(plain)
          .map(part => part.text)
          .join(''),
        plain,
      )
    assert.ok(inlinesOf('[x](javascript:alert(1))').every(part => part.href === undefined))
  })

  it('takes a long text without stars that end in no time', () => {
    const blocks = blocksOf('*'.repeat(20_000))
    assert.equal(blocks.length, 1)
  })
})

it('the same text without its marks has its words alone', () => {
  assert.equal(
    plainText('# Plan\n\n- **call** [them](https://a.example)\n- 2 * 3 * 4\n\n<b>x</b>'),
    'Plan\ncall them\n2 * 3 * 4\n<b>x</b>',
  )
})

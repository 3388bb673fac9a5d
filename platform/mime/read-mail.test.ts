import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readMail, UnreadableMail } from './read-mail.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const HEAD = 'From: Ada <ada@example.com>\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n'

/** Read, or said to be unreadable; nothing else may come of a message. */
async function outcome(raw: Uint8Array): Promise<string> {
  try {
    await readMail(raw)
    return 'read'
  } catch (error) {
    assert.ok(error instanceof UnreadableMail, String(error))
    return 'unreadable'
  }
}

function nested(depth: number): string {
  let text = 'Content-Type: text/plain\r\n\r\nhello\r\n'
  for (let n = 0; n < depth; n++)
    text = `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n${text}--b${n}--\r\n`
  return HEAD + text
}

describe('reading messages that strangers send', () => {
  it('reads what is in it, in any character set', async () => {
    const iso = Buffer.concat([
      bytes(`${HEAD}Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n`),
      Buffer.from('1b2442242b242d1b2842', 'hex'),
    ])
    assert.match((await readMail(iso)).text, /かき/)
    const odd = await readMail(
      bytes(`${HEAD}Content-Type: text/plain; charset=no-such-thing\r\n\r\nhe\xe9llo`),
    )
    assert.match(odd.text, /^he.llo/)
    const html = await readMail(
      bytes(
        `${HEAD}Content-Type: text/html\r\n\r\n<head><title>Not this</title></head><!-- nor this --><p>One <b>and</b></p><script>evil()</script><p>Two &amp; three &eacute;&#233;&euro; 1 < 2</p>`,
      ),
    )
    assert.equal(html.text, 'One and\n\nTwo & three éé€ 1 < 2')
  })

  it('keeps no character that a database refuses', async () => {
    const mail = await readMail(bytes(`From: "A\0" <ada@example.com>\r\nSubject: x\0y\r\n\r\na\0b`))
    assert.doesNotMatch(JSON.stringify(mail), /\\u0000/)
  })

  it('comes to an end with every message made to be without one', async () => {
    const bombs: Record<string, string> = {
      'nothing at all': '\r\n',
      'no empty line': 'From: Ada <ada@example.com>',
      'a thousand levels': nested(1_000),
      'twenty levels': nested(20),
      'ten thousand parts': `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(10_000)}--b--`,
      'a header of two megabytes': `${HEAD}X-Long: ${'a'.repeat(2_000_000)}\r\n\r\nx`,
      'a hundred thousand headers': `${HEAD}${'X-A: b\r\n'.repeat(100_000)}\r\nx`,
      'a hundred thousand recipients': `${HEAD}To: ${'a@example.com, '.repeat(100_000)}\r\n\r\nx`,
      'encoded words without an end': `From: ${'=?utf-8?q?'.repeat(50_000)} <ada@example.com>\r\n\r\nx`,
      'brackets without an end': `From: ${'<'.repeat(100_000)}ada@example.com\r\n\r\nx`,
      'comments in comments': `From: ${'('.repeat(50_000)}ada@example.com\r\n\r\nx`,
      'quotes without an end': `From: ${'"'.repeat(99_999)} <ada@example.com>\r\n\r\nx`,
      'no boundary': `${HEAD}Content-Type: multipart/mixed\r\n\r\nx`,
      'an empty boundary': `${HEAD}Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx`,
      'tags in tags': `${HEAD}Content-Type: text/html\r\n\r\n${'<div '.repeat(200_000)}`,
      'messages in messages': `${HEAD}Content-Type: message/rfc822\r\n\r\n`.repeat(500),
      'base64 that is none': `${HEAD}Content-Transfer-Encoding: base64\r\n\r\n${'!$%&'.repeat(100_000)}`,
      'one long line': `${HEAD}\r\n${'x'.repeat(5_000_000)}`,
    }
    const found: Record<string, string> = {}
    for (const [name, raw] of Object.entries(bombs)) found[name] = await outcome(bytes(raw))
    for (const [name, what] of Object.entries(found))
      assert.ok(['read', 'unreadable'].includes(what), `${name}: ${what}`)
    assert.equal(found['twenty levels'], 'read')
    assert.equal(found['one long line'], 'read')
    // Whatever ended the thread, the next message is read.
    assert.equal(await outcome(bytes(`${HEAD}\r\nstill here`)), 'read')
  })

  it('says when there is more than it reads', async () => {
    const part =
      '--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment\r\n\r\nx\r\n'
    const mail = await readMail(
      bytes(`${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(150)}--b--`),
    )
    assert.deepEqual([mail.isCut, mail.files.length], [true, 100])
  })
})

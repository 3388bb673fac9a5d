import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import PostalMime from 'postal-mime'
import blns from '#test/fixtures/security/blns.json' with { type: 'json' }
import { bodyText, composeMime, headerLine, headersOf, type Letter } from './letter.ts'

const letter: Letter = {
  messageId: '<019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c@millrace.example>',
  inReplyTo: null,
  references: [],
  from: { address: 'hello@millrace.example', name: 'Éclair & Söhne, "GmbH" <x@evil.example>' },
  to: [{ address: 'ada@example.com', name: '' }],
  subject:
    'Merci pour votre demande: nous vous répondons très bientôt, c’est promis, avec un sujet très long ✓',
  text: 'Bonjour Ada,\n\n.une ligne qui commence par un point\nà bientôt ✓\n',
  html: '<p>Bonjour <b>Ada</b>, à bientôt ✓</p>',
  headers: [{ name: 'Auto-Submitted', value: 'auto-generated' }],
  date: new Date('2026-11-21T09:30:00.000Z'),
}

/** The header lines of a message as they are on the wire, unfolded. */
function rawHeaders(mime: Buffer): string[] {
  const text = mime.toString('latin1')
  return text
    .slice(0, text.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]/g, ' ')
    .split('\r\n')
}

describe('a letter as MIME', () => {
  it('says again what was put into it, in every header and both bodies', async () => {
    const email = await PostalMime.parse(await composeMime(letter))
    assert.deepEqual(email.from, letter.from)
    assert.deepEqual(email.to, letter.to)
    assert.equal(email.subject, letter.subject)
    assert.equal(email.messageId, letter.messageId)
    assert.equal(email.date, '2026-11-21T09:30:00.000Z')
    assert.equal(email.text?.trimEnd(), letter.text.trimEnd())
    assert.equal(email.html?.trim(), letter.html)
    const headers = new Map(email.headers.map(header => [header.key, header.value]))
    assert.equal(headers.get('auto-submitted'), 'auto-generated')
    assert.equal(headers.get('mime-version'), '1.0')
    assert.match(headers.get('content-type') ?? '', /^multipart\/alternative; boundary=/)
    assert.equal(email.attachments.length, 0)
  })

  it('is plain text alone when there is no HTML', async () => {
    const mime = await composeMime({ ...letter, html: null })
    const email = await PostalMime.parse(mime)
    assert.equal(email.text?.trimEnd(), letter.text.trimEnd())
    assert.equal(email.html, undefined)
    assert.ok(rawHeaders(mime).some(line => /^Content-Type: text\/plain; charset=utf-8$/i.test(line)))
  })

  it('keeps to 7-bit characters, CRLF and lines that every server takes', async () => {
    const mime = await composeMime({ ...letter, text: `${'long '.repeat(3000)}\n${'ø'.repeat(3000)}` })
    assert.ok(mime.every(byte => byte < 128 && byte !== 0))
    const lines = mime.toString('latin1').split('\r\n')
    assert.ok(lines.every(line => !/[\r\n]/.test(line)))
    assert.ok(lines.every(line => line.length <= 998))
    const subject = lines.slice(
      lines.findIndex(line => line.startsWith('Subject:')),
      lines.findIndex(line => line.startsWith('Message-ID:')),
    )
    assert.ok(subject.length > 1 && subject.every(line => line.length <= 78))
  })

  it('is the same bytes each time, so that a second copy can be told as one', async () => {
    assert.deepEqual(await composeMime(letter), await composeMime({ ...letter }))
  })

  it('names what it answers', async () => {
    const email = await PostalMime.parse(
      await composeMime({ ...letter, inReplyTo: '<b@x>', references: ['<a@x>', '<b@x>'] }),
    )
    assert.equal(email.inReplyTo, '<b@x>')
    assert.equal(email.references, '<a@x> <b@x>')
  })

  it('lets no name or subject add a header, a recipient or a body', async () => {
    const attacks = [
      ...blns,
      'a\r\nBcc: eve@evil.example',
      'a\nBcc: eve@evil.example',
      'a\rBcc: eve@evil.example',
      'a\u2028Bcc: eve@evil.example\u2029\r\n\r\n<b>body</b>',
      'a\u0000\r\n.\r\nMAIL FROM:<eve@evil.example>',
      '=?utf-8?Q?a=0D=0ABcc:_eve@evil.example?=',
      '"x" <eve@evil.example>, y',
      '\ud800 lone',
    ]
    const names = rawHeaders(await composeMime(letter)).map(line => line.split(':')[0])
    for (const attack of attacks) {
      const name = headerLine(attack, 78)
      const subject = headerLine(attack, 250)
      const mime = await composeMime({ ...letter, subject, from: { ...letter.from, name } })
      assert.deepEqual(
        rawHeaders(mime)
          .map(line => line.split(':')[0])
          .filter(header => subject !== '' || header !== 'Subject'),
        names.filter(header => subject !== '' || header !== 'Subject'),
        attack,
      )
      const email = await PostalMime.parse(mime)
      assert.equal(email.from?.address, letter.from.address, attack)
      assert.deepEqual(email.to, letter.to, attack)
      assert.equal(email.subject ?? '', subject, attack)
      assert.equal(email.text?.trimEnd(), letter.text.trimEnd(), attack)
    }
  })

  it('opens no file or address that the content names', async () => {
    const html = '<img src="file:///etc/passwd"><img src="http://127.0.0.1:1/x"><img src="cid:a">'
    const email = await PostalMime.parse(await composeMime({ ...letter, html, text: '/etc/passwd' }))
    assert.equal(email.html?.trim(), html)
    assert.equal(email.text?.trim(), '/etc/passwd')
    assert.equal(email.attachments.length, 0)
  })

  it('shows its headers to people decoded', () => {
    assert.deepEqual(headersOf(letter), [
      { name: 'From', value: 'Éclair & Söhne, "GmbH" <x@evil.example> <hello@millrace.example>' },
      { name: 'To', value: 'ada@example.com' },
      { name: 'Subject', value: letter.subject },
      { name: 'Date', value: 'Sat, 21 Nov 2026 09:30:00 +0000' },
      { name: 'Message-ID', value: letter.messageId },
      { name: 'Auto-Submitted', value: 'auto-generated' },
    ])
  })
})

describe('text of a message', () => {
  it('becomes one line of at most so many characters as people count them', () => {
    assert.equal(headerLine('  a\r\n\tb\u0000c\u2028d  ', 20), 'a b c d')
    assert.equal(headerLine('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 2), '👩‍👩‍👧‍👦…')
    assert.equal(headerLine('exactly', 7), 'exactly')
  })

  it('keeps its lines and loses only what no mail may contain', () => {
    assert.equal(bodyText('a\r\nb\rc\n\td\u0000\u0007\u001b[31m é\ud800'), 'a\nb\nc\n\td[31m é\ufffd')
  })
})

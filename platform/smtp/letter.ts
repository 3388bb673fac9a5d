import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import { encodeWord } from 'nodemailer/lib/mime-funcs'

/** A mailbox of RFC 5322; an empty name is none. */
export interface MailAddress {
  readonly address: string
  readonly name: string
}

/** One header beyond the ones every message has. */
export interface ExtraHeader {
  readonly name: string
  readonly value: string
}

/** All that a message consists of, before it becomes MIME. */
export interface Letter {
  /** Message-ID of RFC 5322 in angle brackets. */
  readonly messageId: string
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  readonly from: MailAddress
  readonly to: readonly MailAddress[]
  readonly subject: string
  readonly text: string
  readonly html: string | null
  readonly headers: readonly ExtraHeader[]
  /** When it was written; the Date header. */
  readonly date: Date
}

/** The name of the header that carries our id of a message, for providers that replace the Message-ID. */
export const REFERENCE_HEADER = 'X-Millrace-Ref'

/**
 * The letter as RFC 5322 bytes with CRLF line ends: UTF-8, text alone or multipart/alternative with the HTML
 * last (RFC 2046, section 5.1.4). The same letter always gives the same bytes, so that a second copy can be
 * recognized as one. Files and addresses named in the content are never opened.
 */
export async function composeMime(letter: Letter): Promise<Buffer> {
  const composer = new MailComposer({
    messageId: letter.messageId,
    date: letter.date,
    from: { ...letter.from },
    to: letter.to.map(address => ({ ...address })),
    subject: letter.subject,
    text: letter.text,
    ...(letter.html === null ? {} : { html: letter.html }),
    ...(letter.inReplyTo === null ? {} : { inReplyTo: letter.inReplyTo }),
    ...(letter.references.length === 0 ? {} : { references: [...letter.references] }),
    headers: letter.headers.map(header => ({ key: header.name, value: header.value })),
    baseBoundary: createHash('sha256').update(letter.messageId).digest('hex').slice(0, 24),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const node = composer.compile()
  // What merely looks like an encoded word (RFC 2047) would be decoded by the reader's program into something
  // that nobody wrote, so such a subject is encoded as a whole.
  if (letter.subject.includes('=?')) {
    const value = encodeWord(letter.subject, 'Q', 52)
    node.setHeader('Subject', { prepared: true, foldLines: true, value })
  }
  return node.build()
}

/** The headers of a letter as a person reads them: decoded, in the order of the message. */
export function headersOf(letter: Letter): ExtraHeader[] {
  const headers = [
    { name: 'From', value: readable(letter.from) },
    { name: 'To', value: letter.to.map(readable).join(', ') },
    { name: 'Subject', value: letter.subject },
    { name: 'Date', value: letter.date.toUTCString().replace(/GMT$/, '+0000') },
    { name: 'Message-ID', value: letter.messageId },
  ]
  if (letter.inReplyTo !== null) headers.push({ name: 'In-Reply-To', value: letter.inReplyTo })
  if (letter.references.length > 0) headers.push({ name: 'References', value: letter.references.join(' ') })
  return [...headers, ...letter.headers]
}

function readable({ address, name }: MailAddress): string {
  return name === '' ? address : `${name} <${address}>`
}

/**
 * Text for one header line: control characters, line and paragraph separators become one space, so that
 * nothing a person or a form typed can begin another header; at most `max` characters, the last one an
 * ellipsis when something was cut.
 */
export function headerLine(text: string, max: number): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  const characters = [...new Intl.Segmenter().segment(line)]
  if (characters.length <= max) return line
  return `${characters
    .slice(0, max - 1)
    .map(part => part.segment)
    .join('')
    .trimEnd()}…`
}

/** A body as it is stored: one kind of line end, and without the characters that no mail may contain. */
export function bodyText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\t\n]/gu, '')
}

/** The thread that reads messages: what strangers send may take long or want much, so that it happens where it can be ended. */

import { parentPort } from 'node:worker_threads'
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime'
import { htmlToText } from './html-text.ts'
import type { ParsedAddress, ParsedFile, ParsedMail } from './parsed-mail.ts'

const HEADERS_MAX = 300
const HEADER_LENGTH_MAX = 2_000
const TEXT_MAX = 100_000
const HTML_MAX = 2_000_000
const FILES_MAX = 100
const MESSAGES_MAX = 5
const ADDRESSES_MAX = 50
const PARTS_MAX = 1_000

const LIMITS = {
  maxNestingDepth: 30,
  maxHeadersSize: 1_048_576,
  forceRfc822Attachments: true,
} as const

/** PostgreSQL keeps no NUL, and half a character is none. */
function clean(text: string, most: number): string {
  return [...text.slice(0, most * 2).toWellFormed()].slice(0, most).join('').replaceAll('\0', '')
}

function addressesOf(list: readonly Address[] | undefined): ParsedAddress[] {
  return (list ?? [])
    .flatMap(each => each.group ?? [each])
    .slice(0, ADDRESSES_MAX)
    .map(({ address, name }) => ({
      address: clean(address ?? '', 400).trim(),
      name: clean(name, 400).trim(),
    }))
}

function fileOf({ filename, content, disposition, related, contentId }: Attachment): ParsedFile {
  return {
    name: clean(filename ?? '', 500),
    bytes: content instanceof ArrayBuffer ? new Uint8Array(content) : Buffer.from(content as string),
    isInline: related === true || (disposition === 'inline' && contentId !== undefined),
  }
}

/** A text that says nothing beside an HTML that says all is how some programs write. */
function textOf({ text = '', html = '' }: Email): string {
  return text.trim() === '' && html !== '' ? htmlToText(html.slice(0, HTML_MAX)) : text
}

const isMessage = ({ mimeType }: Attachment) => mimeType === 'message/rfc822'

function read(email: Email): Omit<ParsedMail, 'messages'> {
  const files = email.attachments.filter(file => !isMessage(file))
  return {
    headers: email.headers
      .slice(0, HEADERS_MAX)
      .map(({ key, value }) => ({ name: clean(key, 200), value: clean(value, HEADER_LENGTH_MAX) })),
    from: addressesOf(email.from ? [email.from] : []),
    replyTo: addressesOf(email.replyTo),
    subject: clean(email.subject ?? '', 2_000),
    messageId: email.messageId ? clean(email.messageId, 2_000).trim() || null : null,
    text: clean(textOf(email), TEXT_MAX),
    files: files.slice(0, FILES_MAX).map(fileOf),
    partTypes: email.attachments.slice(0, PARTS_MAX).map(({ mimeType }) => mimeType.toLowerCase()),
    isCut: files.length > FILES_MAX || email.attachments.length > PARTS_MAX,
  }
}

const [CR, LF] = [13, 10]

/** Lines that end with CR alone, as on Macs of long ago, end with LF afterwards. */
function withLines(raw: Uint8Array): Uint8Array {
  return raw.includes(LF) || !raw.includes(CR) ? raw : raw.map(byte => (byte === CR ? LF : byte))
}

async function readWhole(raw: Uint8Array): Promise<ParsedMail> {
  const email = await PostalMime.parse(withLines(raw), LIMITS)
  const inside = email.attachments.filter(isMessage).slice(0, MESSAGES_MAX)
  const messages = await Promise.all(
    inside.map(async ({ content }) => read(await PostalMime.parse(content as ArrayBuffer, LIMITS))),
  )
  return { ...read(email), messages }
}

parentPort?.on('message', async (raw: Uint8Array) => {
  try {
    parentPort?.postMessage({ mail: await readWhole(raw) })
  } catch (error) {
    parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) })
  }
})

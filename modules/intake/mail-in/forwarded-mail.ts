import { EmailAddress } from '#platform/contract/fields.ts'
import type { ParsedAddress, ParsedMail } from '#platform/mime/parsed-mail.ts'

/** The message inside a message that was passed on. */
export interface OriginalMail {
  readonly from: ParsedAddress
  /** Empty where it was not said. */
  readonly subject: string
  readonly text: string
  /** What whoever passed it on wrote above it. */
  readonly note: string
}

const words = (text: string) => new Set(text.split('|'))

/** What the line about the sender is called, in the languages of mail programs. */
const FROM = words(
  'from|de|von|da|van|fra|från|od|feladó|gönderen|kimden|від|від кого|відправник|от|от кого|отправитель|lähettäjä|de la|expéditeur|remitente|mittente|afzender|avsender|afsender|odesílatel|odosielateľ|nadawca|差出人|发件人|寄件者|보낸 사람|보낸사람',
)
const SUBJECT = words(
  'subject|objet|betreff|oggetto|onderwerp|emne|ämne|temat|tárgy|konu|тема|assunto|asunto|předmět|predmet|aihe|subiect|件名|主题|主旨|제목',
)

/** What mail programs put before the subject of a message that is passed on, and of an answer. */
const FORWARD_SUBJECT = /^\s*(?:fwd?|tr|wg|i|rv|enc|doorst|vl|vb|vs|pd|továbbítás|ilt|пересл|переслано)\s*:/i
const REPLY_SUBJECT = /^\s*(?:re|aw|sv|antw|rif|odp|ynt|отв)\s*(?:\[\d+\])?\s*:/i

/** `Label: value`, in bold or behind a quotation mark; Chinese and Japanese programs write a wide colon. */
const LABELLED = /^[\s>]*\*?([\p{L}][\p{L}\p{M}() .-]{0,24}?)\s?\*?\s?[:：]\*?\s*(.*)$/u
const ADDRESS = /[^\s<>"'()[\],;:]+@[^\s<>"'()[\],;:]+/g

const LINES_MAX = 400
/** A line about a sender stands with at least two others: a date, a subject, a recipient. */
const COMPANY = 2
const BLOCK_MAX = 12

/** Whether a message looks as if somebody passed another one on; an answer quotes one as well and is none. */
export function looksForwarded(mail: ParsedMail): boolean {
  if (FORWARD_SUBJECT.test(mail.subject)) return true
  return !REPLY_SUBJECT.test(mail.subject) && (mail.messages.length > 0 || blockIn(mail.text) !== null)
}

/** Whether a message answers another one, by its subject. */
export function isReply(mail: ParsedMail): boolean {
  return REPLY_SUBJECT.test(mail.subject)
}

/** The message that was passed on, in the text or as a message of its own; null where none can be made out. */
export function originalOf(mail: ParsedMail): OriginalMail | null {
  const [inner] = mail.messages
  const [from] = inner?.from ?? []
  if (inner && from && EmailAddress.safeParse(from.address).success) {
    return { from, subject: inner.subject, text: inner.text, note: mail.text.trim() }
  }
  return blockIn(mail.text)
}

interface Labelled {
  readonly label: string
  readonly value: string
}

function labelledOf(line: string): Labelled | null {
  const match = LABELLED.exec(line.replaceAll(/[\u00a0\u202f]/g, ' '))
  return match ? { label: (match[1] ?? '').trim().toLowerCase(), value: (match[2] ?? '').trim() } : null
}

const isBlank = (line: string) => /^[\s>]*$/.test(line)

/** The first lines that name a sender together with what else is said about a message. */
function blockIn(text: string): OriginalMail | null {
  const lines = text.replaceAll('\r', '').split('\n')
  for (const [at, line] of lines.slice(0, LINES_MAX).entries()) {
    const sender = labelledOf(line)
    if (!sender || !FROM.has(sender.label)) continue
    const from = addressIn(sender.value || (lines[at + 1] ?? ''))
    if (!from) continue
    const block = blockAt(lines, at)
    if (block.labelled.length < COMPANY) continue
    const subject = block.labelled.find(({ label }) => SUBJECT.has(label))?.value ?? ''
    return { from, subject, text: bodyOf(lines.slice(block.end), line), note: noteOf(lines.slice(0, at)) }
  }
  return null
}

/** What stands with the line at a place: from the line after it to the first empty one. */
function blockAt(lines: readonly string[], at: number): { labelled: Labelled[]; end: number } {
  const labelled: Labelled[] = []
  let end = at + 1
  while (end < lines.length && end - at < BLOCK_MAX && !isBlank(lines[end] ?? '')) {
    const found = labelledOf(lines[end] ?? '')
    if (found) labelled.push(found)
    end++
  }
  return { labelled, end }
}

function addressIn(text: string): ParsedAddress | null {
  for (const [found] of text.matchAll(ADDRESS)) {
    const address = found.replace(/^mailto:/i, '')
    if (!EmailAddress.safeParse(address).success) continue
    const name = text
      .slice(0, text.indexOf(found))
      .replace(/[<["'(\s]*(?:mailto)?:?$/i, '')
      .replace(/^["'\s]+/, '')
      .trim()
    return { address, name }
  }
  return null
}

function bodyOf(lines: readonly string[], senderLine: string): string {
  const isQuoted = /^\s*>/.test(senderLine)
  const bare = isQuoted ? lines.map(line => line.replace(/^\s*> ?/, '')) : lines
  return bare.join('\n').trim()
}

/** What stands above, without the line that says what comes next. */
function noteOf(lines: readonly string[]): string {
  const above = lines.slice(0, lines.findLastIndex(line => !isBlank(line)) + 1)
  const isSeparator = /^[\s>]*(?:[-_]{5,}.*|.*:\s*)$/.test(above.at(-1) ?? '')
  return (isSeparator ? above.slice(0, -1) : above).join('\n').trim()
}

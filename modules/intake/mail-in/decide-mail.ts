import { EmailAddress } from '#platform/contract/fields.ts'
import { headerOf, type ParsedAddress, type ParsedFile, type ParsedMail } from '#platform/mime/parsed-mail.ts'
import { REFERENCE_HEADER } from '#platform/smtp/letter.ts'
import { automatedReason } from './automated-mail.ts'
import { isReply, looksForwarded, originalOf } from './forwarded-mail.ts'
import type { MailReason } from './mail-in-api.ts'

/** What is known besides the message itself. Addresses are in small letters. */
export interface MailFacts {
  /** Empty for a message about a message, null where nobody said. */
  readonly envelopeFrom: string | null
  readonly size: number
  /** The addresses that leads write to and that this installation writes from. */
  readonly isOwn: (address: string) => boolean
  readonly isMember: (address: string) => boolean
}

/** A message as a lead meets it. */
export interface MailLead {
  /** In small letters. */
  readonly email: string
  /** Empty when it says none. */
  readonly name: string
  readonly subject: string
  readonly text: string
  readonly files: readonly ParsedFile[]
  readonly forwardedBy: string | null
  /** What the member who passed it on wrote above it. */
  readonly note: string
}

export type MailVerdict =
  | { readonly kind: 'lead'; readonly lead: MailLead }
  | { readonly kind: 'ignored' | 'quarantined'; readonly reason: MailReason }

/** The largest message and the most files that become a lead without a person having looked. */
const SIZE_MAX = 26_214_400
const FILES_MAX = 30
/** Pictures in the text up to this many bytes are part of a signature; larger ones are what somebody wanted to show. */
const ORNAMENT_MAX = 20_000
/** Letters pass a handful of servers; one that passed so many goes round in circles. */
const SERVERS_MAX = 30

const NOBODY =
  /^(?:[^@]*[-_.+])?(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|ne[-_.]?pas[-_.]?repondre|nicht[-_.]?antworten|noresponder|nao[-_.]?responda)(?:[-_.+0-9][^@]*)?@/i
/** What runs when it is opened, by the end of its name. */
const PROGRAM =
  /\.(?:exe|scr|com|pif|bat|cmd|msi|msix|appx|ps1|vbs|vbe|js|jse|wsf|wsh|hta|cpl|jar|lnk|reg|iso|img|vhd|vhdx|apk|dmg|pkg|docm|xlsm|pptm|xlam|chm)$/i

/**
 * Decides what becomes of a message: a lead, nothing, or something a person has to look at. Where both are thinkable it is the last:
 * what is ignored was not written by a person, and even that can be made a lead by hand.
 */
export function decideMail(mail: ParsedMail, facts: MailFacts): MailVerdict {
  const from = senderOf(mail)
  const reason = automatedReason(mail, facts.envelopeFrom) ?? loopReason(mail, from, facts)
  if (reason) return { kind: 'ignored', reason }
  const lead = leadOf(mail, from, facts)
  if (typeof lead === 'string') {
    const kind = lead === 'forward_unclear' || lead === 'no_sender' ? 'quarantined' : 'ignored'
    return { kind, reason: lead }
  }
  const doubt = doubtAbout(mail, facts)
  return doubt ? { kind: 'quarantined', reason: doubt } : { kind: 'lead', lead }
}

/** A message as a lead for a person who says so, whatever was decided. Null when it names nobody and `email` neither. */
export function leadByHand(mail: ParsedMail, facts: MailFacts, email?: string): MailLead | null {
  const from = senderOf(mail)
  if (email !== undefined) {
    const name = from?.address.toLowerCase() === email.toLowerCase() ? from.name : ''
    return { ...plainLead(mail, { address: email, name }), forwardedBy: null }
  }
  const lead = leadOf(mail, from, facts)
  if (typeof lead !== 'string') return lead
  return from ? plainLead(mail, from) : null
}

/** Whoever wrote it: the first address that can be answered. */
export function senderOf(mail: Pick<ParsedMail, 'from'>): ParsedAddress | undefined {
  return mail.from.find(({ address }) => EmailAddress.safeParse(address).success)
}

function loopReason(
  mail: ParsedMail,
  from: ParsedAddress | undefined,
  { isOwn }: MailFacts,
): MailReason | undefined {
  const isOurs = headerOf(mail, REFERENCE_HEADER.toLowerCase()) !== undefined
  const passed = mail.headers.filter(({ name }) => name === 'received').length
  const isFromHere = from !== undefined && isOwn(from.address.toLowerCase()) && !answeredBy(mail, isOwn)
  return isOurs || passed > SERVERS_MAX || isFromHere ? 'loop' : undefined
}

/** A person to answer instead of the sender: websites write in the name of their owner and name the visitor here. */
function answeredBy(mail: ParsedMail, isKnown: (address: string) => boolean): ParsedAddress | undefined {
  return mail.replyTo.find(
    ({ address }) => EmailAddress.safeParse(address).success && !isKnown(address.toLowerCase()),
  )
}

function leadOf(
  mail: ParsedMail,
  from: ParsedAddress | undefined,
  { isOwn, isMember }: MailFacts,
): MailLead | MailReason {
  const isOurs = (address: string) => isOwn(address) || isMember(address)
  const sender = from?.address.toLowerCase()
  if (from && sender && isMember(sender) && looksForwarded(mail)) return passedOn(mail, sender, isOwn)
  if (!from || NOBODY.test(from.address) || isOurs(from.address.toLowerCase())) {
    const visitor = answeredBy(mail, isOurs)
    if (visitor && !NOBODY.test(visitor.address)) return plainLead(mail, visitor)
  }
  if (!from || !sender) return 'no_sender'
  if (NOBODY.test(from.address)) return 'auto_reply'
  if (isMember(sender) && isReply(mail)) return 'own_reply'
  return plainLead(mail, from)
}

function passedOn(mail: ParsedMail, forwardedBy: string, isOwn: MailFacts['isOwn']): MailLead | MailReason {
  const original = originalOf(mail)
  if (!original) return 'forward_unclear'
  const { from, subject, text, note } = original
  if (isOwn(from.address.toLowerCase())) return 'loop'
  const files = [...mail.files, ...(mail.messages[0]?.files ?? [])]
  return {
    ...plainLead({ ...mail, files }, from),
    text,
    subject: subject || mail.subject,
    forwardedBy,
    note,
  }
}

function plainLead(mail: Pick<ParsedMail, 'subject' | 'text' | 'files'>, from: ParsedAddress): MailLead {
  return {
    email: from.address.toLowerCase(),
    name: from.name,
    subject: mail.subject,
    text: mail.text.trim(),
    files: mail.files.filter(({ isInline, bytes }) => bytes.length > (isInline ? ORNAMENT_MAX : 0)),
    forwardedBy: null,
    note: '',
  }
}

function doubtAbout(mail: ParsedMail, { size }: MailFacts): MailReason | null {
  if (size > SIZE_MAX || mail.isCut || mail.files.length > FILES_MAX) return 'too_big'
  if (mail.files.some(({ name }) => PROGRAM.test(name.trim()))) return 'dangerous_file'
  return looksLikeSpam(mail) ? 'spam' : null
}

/** What servers before this one thought of it. That they found nothing proves nothing; that they did is believed. */
function looksLikeSpam(mail: ParsedMail): boolean {
  const isFlagged = /^\s*yes\b/i.test(headerOf(mail, 'x-spam-flag') ?? headerOf(mail, 'x-spam-status') ?? '')
  const isForged = mail.headers.some(
    ({ name, value }) => name === 'authentication-results' && /\bdmarc\s*=\s*fail\b/i.test(value),
  )
  return isFlagged || isForged
}

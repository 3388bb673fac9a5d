import { headerOf, type ParsedMail } from '#platform/mime/parsed-mail.ts'

/** Why nobody wrote an e-mail by hand. */
export type Automated = 'bounce' | 'complaint' | 'receipt' | 'auto_reply' | 'mailing_list'

/** Reports about messages, by the type of what they carry (RFC 3464, 5965, 8098). */
const REPORTS: readonly (readonly [string, Automated])[] = [
  ['message/feedback-report', 'complaint'],
  ['message/disposition-notification', 'receipt'],
  ['message/delivery-status', 'bounce'],
  ['message/global-delivery-status', 'bounce'],
]
const REPORT_TYPES: readonly (readonly [RegExp, Automated])[] = [
  [/report-type\s*=\s*"?feedback-report/i, 'complaint'],
  [/report-type\s*=\s*"?disposition-notification/i, 'receipt'],
  [/report-type\s*=\s*"?(global-)?delivery-status/i, 'bounce'],
]

/** Headers that only a server writes that could not deliver. */
const BOUNCE_HEADERS = ['x-failed-recipients', 'x-mailer-daemon-recipients', 'x-actual-recipients']
const POSTMASTER =
  /^(mailer[-_. ]?daemon|postmaster|mail-?daemon|double-bounce|mdaemon|mail-delivery)([-_+.]|$)/i
const POSTMASTER_NAME = /^"?(mail delivery (sub)?system|mailer-daemon|mail administrator)/i

const COMPLAINT_SUBJECT = /^complaint about message from \S+$/i

/** How servers begin the subject of a message that came back. No person begins one so. */
const BOUNCE_SUBJECT =
  /^(?:(?:re|fwd?|wg|tr):\s*)?\W*(?:undeliver(?:ed|able)\b|returned mail\b|failure notice|mail delivery (?:failed|failure|error|system|status)|delivery (?:status notification|failure|failed|notification|report|has failed)|message (?:status|undeliverable|delivery failure)|mail (?:system error|failure|undeliverable)|warning: (?:could not send message|message .* delayed)|(?:permanent|transient) delivery failure|unzustellbar|nicht zugestellt|unzustellbare nachricht|non remis|message non distribu|echec de|échec de|no se puede entregar|mancata consegna|недоставленное сообщение)/i

const AUTO_REPLY_SUBJECT =
  /^(?:re:\s*)?\W*(?:auto(?:matic|mated)?[- ]?(?:reply|response|antwort)|autoreply|out of (?:the )?office|vacation(?: reply|:)|r[ée]ponse automatique|absence du bureau|automatische antwort|abwesenheitsnotiz|respuesta autom[aá]tica|risposta automatica|fuori ufficio|automatisch antwoord|afwezig|resposta autom[aá]tica)/i

const AUTO_REPLY_HEADERS = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply', 'auto-reply']

/**
 * What tells that a program wrote a message: a server about one that could not be delivered, a holiday notice, a list (RFC 3834, 3464,
 * 2919, 2369, 5965). `envelopeFrom` is empty for a message about a message and null where nobody said. Null for one that may be a
 * person's.
 */
export function automatedReason(mail: ParsedMail, envelopeFrom: string | null): Automated | null {
  return reportReason(mail) ?? bounceReason(mail, envelopeFrom) ?? replyReason(mail, envelopeFrom)
}

function reportReason({ partTypes, ...mail }: ParsedMail): Automated | null {
  const contentType = headerOf(mail, 'content-type') ?? ''
  if (/^\s*multipart\/report/i.test(contentType)) {
    const named = REPORT_TYPES.find(([pattern]) => pattern.test(contentType))?.[1]
    if (named) return named
  }
  if (COMPLAINT_SUBJECT.test(mail.subject.trim()) && mail.messages.length > 0) return 'complaint'
  return REPORTS.find(([type]) => partTypes.includes(type))?.[1] ?? null
}

function bounceReason(mail: ParsedMail, envelopeFrom: string | null): Automated | null {
  const [from] = mail.from
  const local = from?.address.split('@')[0] ?? ''
  const isFromServer = POSTMASTER.test(local) || POSTMASTER_NAME.test(from?.name ?? '')
  const hasHeader = BOUNCE_HEADERS.some(name => headerOf(mail, name) !== undefined)
  if (hasHeader || BOUNCE_SUBJECT.test(mail.subject)) return 'bounce'
  if (isFromServer) return isAutoReply(mail) ? 'auto_reply' : 'bounce'
  const isAboutMessage = envelopeFrom === '' || headerOf(mail, 'return-path')?.trim() === '<>'
  return isAboutMessage && !isAutoReply(mail) && mail.messages.length > 0 ? 'bounce' : null
}

function isAutoReply(mail: ParsedMail): boolean {
  const submitted = headerOf(mail, 'auto-submitted')?.trim().toLowerCase() ?? 'no'
  const suppressed = headerOf(mail, 'x-auto-response-suppress')?.trim().toLowerCase() ?? 'none'
  return (
    !/^no\b/.test(submitted) ||
    (suppressed !== 'none' && suppressed !== '') ||
    AUTO_REPLY_HEADERS.some(name => /^(?!no\b|false\b|\s*$)/i.test(headerOf(mail, name) ?? '')) ||
    /^\s*auto[-_]?reply/i.test(headerOf(mail, 'precedence') ?? '') ||
    AUTO_REPLY_SUBJECT.test(mail.subject)
  )
}

function replyReason(mail: ParsedMail, envelopeFrom: string | null): Automated | null {
  const isOfList =
    /^\s*(bulk|list|junk)\b/i.test(headerOf(mail, 'precedence') ?? '') ||
    ['list-id', 'list-post', 'list-unsubscribe', 'feedback-id'].some(name => headerOf(mail, name))
  // A holiday notice is sent in bulk too, and is about a message all the same.
  if (isAutoReply(mail)) return 'auto_reply'
  if (isOfList) return 'mailing_list'
  // Without a place to send an error to, nobody expects an answer.
  return envelopeFrom === '' || headerOf(mail, 'return-path')?.trim() === '<>' ? 'auto_reply' : null
}

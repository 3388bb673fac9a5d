/** E-mails that are sent. Browser-safe. */

import { listOf, textOf } from './n8n-file.ts'
import { alternating } from './term.ts'
import { isExpression, type Mapped, outputOf, type Translation, Unmapped } from './translation.ts'

interface Letter {
  readonly to: unknown
  readonly subject: unknown
  readonly text: unknown
  readonly html: unknown
}

export function emailSend(step: Translation): Mapped {
  if (step.word('operation', 'send') === 'sendAndWait')
    throw new Unmapped('It asks by e-mail and waits for the answer.')
  if (textOf(step.get('attachments') ?? step.get('options.attachments')) !== '')
    throw new Unmapped('It sends files along.')
  if (
    textOf(step.get('ccEmail') ?? step.get('options.ccEmail')) !== '' ||
    textOf(step.get('bccEmail') ?? step.get('options.bccEmail')) !== ''
  )
    step.differs('Copies (CC and BCC) are not sent.')
  const format = step.word(
    'emailFormat',
    step.node.version >= 2 ? (step.get('text') === undefined ? 'html' : 'text') : 'both',
  )
  return letter(step, {
    to: step.get('toEmail'),
    subject: step.get('subject'),
    text: format === 'html' ? undefined : step.get('text'),
    html: format === 'text' ? undefined : step.get('html'),
  })
}

export function gmail(step: Translation): Mapped {
  const resource = step.word('resource', 'message')
  const operation = step.word('operation', 'send')
  if (resource !== 'message' || operation !== 'send')
    throw new Unmapped(`It does "${resource}: ${operation}" in Gmail.`)
  if (
    listOf(
      step.get('options.attachmentsUi.attachmentsBinary') ??
        step.get('additionalFields.attachmentsUi.attachmentsBinary'),
    ).length > 0
  )
    throw new Unmapped('It sends files along.')
  if (
    step.get('options.ccList') !== undefined ||
    step.get('options.bccList') !== undefined ||
    step.get('additionalFields.ccList') !== undefined
  )
    step.differs('Copies (CC and BCC) are not sent.')
  if (step.node.version >= 2) {
    const isHtml = step.word('emailType', step.node.version >= 2.1 ? 'html' : 'text') === 'html'
    const message = step.get('message')
    return letter(step, {
      to: step.get('sendTo'),
      subject: step.get('subject'),
      text: isHtml ? undefined : message,
      html: isHtml ? message : undefined,
    })
  }
  const to = listOf(step.get('toList'))
  if (to.length > 1) step.differs('It is sent to the first address only.')
  const html = step.get('includeHtml') === true ? step.get('htmlMessage') : undefined
  return letter(step, {
    to: to[0] ?? step.get('toList'),
    subject: step.get('subject'),
    text: step.get('message'),
    html,
  })
}

export function outlook(step: Translation): Mapped {
  const resource = step.word('resource', 'message')
  const operation = step.word('operation', 'send')
  if (resource !== 'message' || operation !== 'send')
    throw new Unmapped(`It does "${resource}: ${operation}" in Outlook.`)
  if (listOf(step.get('additionalFields.attachments.attachments')).length > 0)
    throw new Unmapped('It sends files along.')
  const isHtml = /html/i.test(step.word('additionalFields.bodyContentType', 'html'))
  const body = step.get('bodyContent')
  return letter(step, {
    to: step.get('toRecipients'),
    subject: step.get('subject'),
    text: isHtml ? undefined : body,
    html: isHtml ? body : undefined,
  })
}

/** Of longer HTML no text is made. */
const HTML_LENGTH_MAX = 30_000
const NO_TEXT = '(This message has no text.)'

/** Throws Unmapped when it is sent to nobody. */
function letter(step: Translation, { to, subject, text, html }: Letter): Mapped {
  const written = isExpression(to) ? step.text(to) : textOf(to)
  const [first = '', ...more] = isExpression(to)
    ? [written]
    : written.split(/[,;]/).map(address => address.trim())
  if (first === '') throw new Unmapped('It does not say whom the e-mail is for.')
  if (more.some(address => address !== '')) step.differs('It is sent to the first address only.')
  step.differs('It is sent from the mailbox of the organization, not from the account in n8n.')
  const body = step.text(html)
  const plain = step.text(text)
  if (body.includes('{{'))
    step.differs('Values that are put into the HTML are escaped, so that HTML in them is shown as it is.')
  const config = {
    to: addressIn(first),
    subject: step.text(subject).trim() || '(no subject)',
    text: plain.trim() || plainOf(body) || NO_TEXT,
    ...(body.trim() === '' ? {} : { html: body }),
    missing: 'empty',
  }
  return { type: 'send_email', config, exits: ['out'], item: outputOf(step.id) }
}

/** The address alone, of one with a name before it. */
function addressIn(text: string): string {
  return /^[^<{]*<([^<>]+)>\s*$/.exec(text)?.[1] ?? text
}

/** The words of HTML, its placeholders kept; what is put in is no HTML here, so tags are taken out of it. */
function plainOf(html: string): string {
  if (html.length > HTML_LENGTH_MAX) return ''
  const pieces = alternating(html)
  const text = pieces
    .map((piece, index) =>
      index % 2 === 1 ? piece : piece.replace(/<(?:br|\/p|\/div|\/li|\/tr|\/h\d)\b[^>]{0,500}>/gi, '\n'),
    )
    .join('')
  return text
    .replace(/<style[\s\S]*?<\/style>/gi, '')
    .replace(/<[^>{}]{0,500}>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/[ \t\r]+/g, ' ')
    .replace(/\s*\n\s*\n\s*/g, '\n\n')
    .trim()
}

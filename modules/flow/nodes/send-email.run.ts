import type { z } from 'zod'
import { MailContent } from '#modules/mail/contract.ts'
import { type NodeRunner, permanent } from '../node-run.ts'
import type { StepError } from '../run-state.ts'
import type { SendEmailConfig } from './send-email.ts'

const SUBJECT_LENGTH_MAX = 998
const BREAKS = /[\p{Cc}\u2028\u2029]+/gu

export const sendEmailRunner: NodeRunner<SendEmailConfig> = {
  type: 'send_email',
  load(config, tools) {
    const { missing } = config
    const to = tools.text(config.to, { missing: 'error' })
    const subject = tools.text(config.subject, { missing })
    const text = tools.text(config.text, { missing })
    const html = config.html === undefined ? null : tools.text(config.html, { missing, escape: 'html' })
    return {
      run(context) {
        const { scope } = context
        const address = to(scope).trim()
        const input = { to: address.slice(0, 320), subject: oneLine(subject(scope)) }
        const body = html === null ? null : html(scope)
        const payload = { ...input, to: address, text: text(scope), html: body }
        // What the mail module would refuse in the checkpoint fails the step here, where it has a place and a name.
        const read = MailContent.safeParse({ ...payload, html: body ?? undefined })
        if (!read.success) return { do: 'fail', error: refusal(read.error, input.to), input }
        const output = { messageId: context.effectId(), ...input }
        return {
          do: 'next',
          handle: 'out',
          input: payload,
          output,
          vars: null,
          effect: { kind: 'send_email', payload },
        }
      },
    }
  },
}

function oneLine(text: string): string {
  return text.replace(BREAKS, ' ').trim().slice(0, SUBJECT_LENGTH_MAX)
}

function refusal(error: z.ZodError, to: string): StepError {
  const [issue] = error.issues
  return issue?.path[0] === 'to'
    ? permanent('mail.invalid_recipient', `"${to}" is not an e-mail address.`)
    : permanent('mail.invalid_content', `The ${String(issue?.path[0])} of the message is too long.`)
}

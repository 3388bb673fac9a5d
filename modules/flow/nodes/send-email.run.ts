import { type NodeRunner, permanent } from '../node-run.ts'
import type { SendEmailConfig } from './send-email.ts'

const SUBJECT_LENGTH_MAX = 998
/** One mailbox and nothing else, so that a lead's field can never add a recipient or a header. */
const ADDRESS =
  /^[^\s@<>()[\],;:"\\\p{C}]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u
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
        if (!ADDRESS.test(address)) {
          return {
            do: 'fail',
            error: permanent('mail.invalid_recipient', `"${input.to}" is not an e-mail address.`),
            input,
          }
        }
        const payload = { ...input, text: text(scope), html: html === null ? null : html(scope) }
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

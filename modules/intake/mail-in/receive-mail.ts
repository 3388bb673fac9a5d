import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { EmailAddress } from '#platform/contract/fields.ts'
import { AppError } from '#platform/errors.ts'
import { faultPoint } from '#platform/faults.ts'
import { keepFile } from '#platform/files/files.ts'
import { discardIncoming, type ReceivedFile, receiveFile } from '#platform/files/store.ts'
import { callerKey } from '#platform/http/caller.ts'
import { createRateLimit } from '#platform/http/rate.ts'
import { newId } from '#platform/ids.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { messageOf } from '#platform/log.ts'
import { type SmtpReceiver, SmtpRefusal, startSmtpReceiver } from '#platform/smtp/receiver.ts'
import { findMailRecipient, type MailRecipient } from './mail-inbox.ts'
import { lineOf } from './mail-lead.ts'
import { decideMailJob } from './process-mail.ts'

/** Addresses that one message may have. */
const RECIPIENTS_MAX = 10

/** An e-mail that is to be kept: where it came in, and who answers for its delivery. */
export interface ArrivedMail {
  readonly recipient: string
  readonly workflowId: string | null
  readonly accountId: string | null
  readonly envelopeFrom: string | null
}

/**
 * Keeps a message with the intention to decide about it, in the caller's transaction: one file, and a row for each address that it came
 * to. Nothing can lose it any more once that has committed.
 */
export async function keepMail(
  ctx: Context,
  received: ReceivedFile,
  arrived: readonly ArrivedMail[],
): Promise<void> {
  await keepFile(ctx, received, 'message.eml')
  for (const mail of arrived) {
    const id = newId()
    ctx.db.send(
      `insert into intake.mails (org_id, id, account_id, recipient, workflow_id, envelope_from, file_id, size)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ctx.orgId,
        id,
        mail.accountId,
        mail.recipient.slice(0, 320),
        mail.workflowId,
        mail.envelopeFrom?.slice(0, 320) ?? null,
        received.id,
        received.size,
      ],
    )
    await enqueue(ctx, decideMailJob, { key: id, payload: { mailId: id } })
  }
}

/** Keeps the headers of a message that is too large to be fetched, for a person to look at. */
export async function keepTooBig(
  ctx: Context,
  received: ReceivedFile,
  mail: ArrivedMail & { size: number; sender?: string; senderName?: string; subject?: string },
): Promise<void> {
  await keepFile(ctx, received, 'message.eml')
  const sender = EmailAddress.safeParse(mail.sender ?? '')
  ctx.db.send(
    `insert into intake.mails (org_id, id, account_id, recipient, workflow_id, file_id, size, decision, reason, sender, sender_name,
       subject, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'quarantined', 'too_big', $8, $9, $10, now())`,
    [
      ctx.orgId,
      newId(),
      mail.accountId,
      mail.recipient.slice(0, 320),
      mail.workflowId,
      received.id,
      mail.size,
      sender.success ? sender.data.toLowerCase() : null,
      lineOf(mail.senderName ?? '', 200),
      lineOf(mail.subject ?? '', 500),
    ],
  )
}

/**
 * Receives e-mail for the organizations that take it, or null where the settings say that none is received. Rejects when the
 * port cannot be had.
 */
export async function startMailReceiver(kit: Kit): Promise<SmtpReceiver | null> {
  const { intakeSmtp, intakeMailDomain, intakeMailBytesMax, intakeMailsPerMinute, dataDir } = kit.config
  if (!intakeSmtp) return null
  const mails = createRateLimit(intakeMailsPerMinute)
  // Whoever tries addresses is stopped long before one is found.
  const strays = createRateLimit(Math.max(1, Math.floor(intakeMailsPerMinute / 4)))
  return startSmtpReceiver<MailRecipient>({
    ...intakeSmtp,
    name: intakeMailDomain,
    bytesMax: intakeMailBytesMax,
    onError: error => kit.log.debug({ error: messageOf(error) }, 'intake.smtp_line_failed'),
    admitSender(clientAddress) {
      if (mails.take(callerKey(clientAddress)) > 0) throw tooMany()
    },
    async admitRecipient(address, clientAddress, before) {
      const found = await findMailRecipient(kit, address)
      if (typeof found === 'string') {
        if (strays.take(callerKey(clientAddress)) > 0) throw tooMany()
        throw found === 'closed'
          ? new SmtpRefusal(550, '5.2.1 This address takes no mail.')
          : new SmtpRefusal(550, '5.1.1 Nobody here has this address.')
      }
      // What is left over is sent again by itself, in a message of its own (RFC 5321, 4.5.3.1.10).
      if (before.length >= RECIPIENTS_MAX || before.some(({ orgId }) => orgId !== found.orgId)) {
        throw new SmtpRefusal(452, '4.5.3 Too many recipients.')
      }
      return found
    },
    async take({ from, recipients, clientAddress }, content) {
      const received = await receiveFile(dataDir, content, intakeMailBytesMax).catch(refuse)
      try {
        await storeArrived(kit, received, from, recipients)
      } catch (error) {
        await discardIncoming(dataDir, received.id)
        kit.log.error({ error: messageOf(error), address: clientAddress }, 'intake.mail_not_kept')
        throw error
      }
      faultPoint('mail_in.after_commit')
    },
  })
}

async function storeArrived(
  kit: Kit,
  received: ReceivedFile,
  from: string,
  recipients: readonly MailRecipient[],
): Promise<void> {
  const orgId = recipients[0]?.orgId
  if (orgId === undefined) throw new SmtpRefusal(503, '5.5.1 Nobody is to have this message.')
  const different = [...new Map(recipients.map(each => [each.address.toLowerCase(), each])).values()]
  await inOrganization(kit, { orgId, actor: { type: 'system', name: 'mail' } }, async ctx => {
    await keepMail(
      ctx,
      received,
      different.map(({ address, workflowId }) => ({
        recipient: address,
        workflowId,
        accountId: null,
        envelopeFrom: from,
      })),
    )
    faultPoint('mail_in.before_commit')
  })
}

function tooMany(): SmtpRefusal {
  return new SmtpRefusal(450, '4.7.1 Too much mail from this server. Please try again later.')
}

function refuse(error: unknown): never {
  if (error instanceof AppError && error.code === 'files.empty')
    throw new SmtpRefusal(554, '5.6.0 There is nothing in this message.')
  if (error instanceof AppError && error.code === 'files.too_large')
    throw new SmtpRefusal(552, '5.3.4 The message is too large.')
  throw error
}

import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import { react } from '#platform/events/reactions.ts'
import { newId } from '#platform/ids.ts'
import { SMTP_LIMITS } from '#platform/smtp/connection.ts'
import { createSmtpSender, type SmtpLine, type SmtpSender } from '#platform/smtp/sender.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { type FakeSmtp, startFakeSmtp } from '#test/fakes/smtp.ts'
import { emailFailed, emailSent, emailSuppressed, emailUnknown } from './contract.ts'
import { type Delivery, deliver } from './delivery.ts'
import { type MessageDraft, mailModule, queueMessage } from './index.ts'
import { getMessage } from './messages.ts'

const actor = { type: 'system', name: 'test' } as const
/** A signal that is never given: nobody stops the work. */
export const never = new AbortController().signal

/** Events as they were published, in order. */
const told: PublishedEvent[] = []
const reactions = [emailSent, emailFailed, emailUnknown, emailSuppressed].map(kind =>
  react(kind, 'with', `test.${kind.type}`, async (_ctx, event) => {
    told.push(event as PublishedEvent)
  }),
)

/** An installation with these settings that keeps the events of its messages. */
export function mailKit(env: Record<string, string> = {}): Promise<TestKit> {
  return testKit({ modules: [iamModule, crmModule, mailModule], reactions, env })
}

/** Settings of an SMTP server where nobody listens: only the sender of a test reaches a server. */
export const UNREACHED_SMTP = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'hello@millrace.example' }

/** A server, and a sender to it that waits a quarter of a second for an answer. */
export async function impatientSmtp(): Promise<{ smtp: FakeSmtp; sender: SmtpSender }> {
  const smtp = await startFakeSmtp()
  return { smtp, sender: createSmtpSender(smtp.url, { ...SMTP_LIMITS, answerMs: 250 }) }
}

/** A message to one address, with these changes. */
export function messageDraft(change: Partial<MessageDraft> = {}): MessageDraft {
  return {
    id: newId(),
    key: newId(),
    to: 'ada@example.com',
    subject: 'Thank you',
    text: 'We will be in touch.',
    subjects: [],
    ...change,
  }
}

/** A sender whose lines do this with every message. */
export function senderThat(send: SmtpLine['send']): SmtpSender {
  return { open: async () => ({ kind: 'line', send, release() {} }) }
}

/** The last event about a message of an organization. */
export function lastTold(orgId: string): PublishedEvent | undefined {
  return told.filter(event => event.orgId === orgId).at(-1)
}

/** What an organization does with messages, and what becomes of them. */
export function acting(t: TestKit, orgId: string) {
  const act = <T>(work: (ctx: Context) => Promise<T>) => inOrganization(t.kit, { orgId, actor }, work)
  return {
    act,
    queue: async (message = messageDraft()) => {
      await act(ctx => queueMessage(ctx, message))
      return message
    },
    read: (id: string) => act(ctx => getMessage(ctx, id)),
    jobs: () =>
      t.asSuperuser<{ id: string; key: string }>('select id, key from jobs.jobs where org_id = $1', [orgId]),
    told: () => told.filter(event => event.orgId === orgId).map(event => event.type),
  }
}

/** An organization with one queued message and the means to run its job. */
export async function queuedMessage(t: TestKit, sender: SmtpSender, change: Partial<MessageDraft> = {}) {
  const orgId = anyOrgId()
  const acts = acting(t, orgId)
  const { id } = await acts.queue(messageDraft(change))
  const job: Delivery = { kit: t.kit, orgId, jobId: newId(), attempt: 1, messageId: id, signal: never }
  return {
    ...acts,
    orgId,
    id,
    job,
    run: (attempt = 1, through: SmtpSender | null = sender) => deliver({ ...job, attempt }, through),
    status: async () => (await acts.read(id)).status,
  }
}

import { crmModule } from '#modules/crm/index.ts'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { inOrganization } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { workJobs } from '#platform/jobs/work.ts'
import type { SmtpReceiver } from '#platform/smtp/receiver.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { intakeModule } from '../index.ts'
import type { ReceivedMail } from './mail-in-api.ts'
import { getMailInbox, saveMailInbox } from './mail-inbox.ts'
import { listReceivedMails } from './mail-log.ts'
import { startMailReceiver } from './receive-mail.ts'

/** An installation that receives e-mail and decides about it. */
export async function mailInstallation(env: Record<string, string> = {}) {
  const t: TestKit = await testKit({
    modules: [iamModule, crmModule, intakeModule],
    env: {
      INTAKE_SMTP_PORT: '0',
      INTAKE_MAIL_DOMAIN: 'in.example.org',
      INTAKE_MAILS_PER_MINUTE: '1000000',
      ...env,
    },
  })
  const receiver = (await startMailReceiver(t.kit)) as SmtpReceiver
  const ending = new AbortController()
  const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'mail in')
  const working = workJobs(t.kit, heartbeat, ending.signal)
  return {
    ...t,
    port: receiver.port,
    /** An organization that takes e-mail in, its owner, and the workflow where it goes. */
    async organization() {
      const owner = await makeOwner(t.kit)
      const { orgId } = owner
      const workflowId = newId()
      const act = <T>(work: Parameters<typeof inOrganization<T>>[2]) =>
        inOrganization(t.kit, { orgId, actor: { type: 'user', userId: owner.userId } }, work)
      await act(ctx => saveMailInbox(ctx, { isOpen: true, workflowId }))
      const { address } = await act(ctx => getMailInbox(ctx))
      return { orgId, owner, workflowId, act, address: address ?? '' }
    },
    /** The e-mails of an organization once all are decided about, the newest first. */
    async decided(orgId: string): Promise<ReceivedMail[]> {
      for (;;) {
        const items: ReceivedMail[] = []
        for (let cursor: string | undefined; ; ) {
          const page = await inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, ctx =>
            listReceivedMails(ctx, { limit: 100, cursor }),
          )
          items.push(...page.items)
          if (page.nextCursor === null) break
          cursor = page.nextCursor
        }
        if (items.every(({ decision }) => decision !== 'waiting')) return items
        await t.kit.wake.wait('jobs', 20)
      }
    },
    async stop() {
      await receiver.close()
      ending.abort()
      await working
      await heartbeat.stop()
      await t.close()
    },
  }
}

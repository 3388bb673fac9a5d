import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import PostalMime from 'postal-mime'
import { type Heartbeat, startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { workJobs } from '#platform/jobs/work.ts'
import { anyOrgId } from '#test/database.ts'
import { type FakeSmtp, startFakeSmtp } from '#test/fakes/smtp.ts'
import { acting, mailKit, messageDraft } from './factories.ts'
import { queueMessage } from './index.ts'

describe('the job that sends', () => {
  /** An installation with its own server and workers; `stop` ends them. */
  async function installation(url: (smtp: FakeSmtp) => string = smtp => smtp.url) {
    const smtp = await startFakeSmtp()
    const t = await mailKit({ SMTP_URL: url(smtp) })
    const ending = new AbortController()
    const workers: { heartbeat: Heartbeat; done: Promise<void> }[] = []
    return {
      smtp,
      ...acting(t, anyOrgId()),
      addWorker: async () => {
        const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, `test ${workers.length}`)
        workers.push({ heartbeat, done: workJobs(t.kit, heartbeat, ending.signal) })
        return heartbeat
      },
      until: async (isSo: () => Promise<boolean>) => {
        while (!(await isSo())) await t.kit.wake.wait('jobs', 20)
      },
      stop: async () => {
        ending.abort()
        await smtp.close()
        for (const { heartbeat, done } of workers) {
          await done
          await heartbeat.stop()
        }
        await t.close()
      },
    }
  }

  it('takes queued messages to the server of the settings, one copy each, and leaves no job behind', async () => {
    const i = await installation()
    try {
      await Promise.all([i.addWorker(), i.addWorker()])
      const messages = Array.from({ length: 30 }, () => messageDraft())
      await i.act(async ctx => {
        for (const message of messages) await queueMessage(ctx, message)
      })
      await i.until(async () => (await i.jobs()).length === 0)
      const ids = await Promise.all(
        i.smtp.received.map(async received => (await PostalMime.parse(received.raw)).messageId),
      )
      assert.deepEqual(ids.sort(), messages.map(message => `<${message.id}@millrace.localhost>`).sort())
      assert.equal(i.told().length, 30)
      for (const message of messages) assert.equal((await i.read(message.id)).status, 'sent')
    } finally {
      await i.stop()
    }
  })

  it('is taken over from a worker that died while the server had the message, which makes it unknown', async () => {
    const i = await installation()
    try {
      i.smtp.at('answer', 'silence')
      const reached = i.smtp.reached('answer')
      const dying = await i.addWorker()
      const { id } = await i.queue()
      await reached
      await i.addWorker()
      // What a killed process leaves: a lease, and nobody who keeps it alive.
      await dying.stop()
      await i.until(async () => (await i.read(id)).status !== 'sending')
      await i.until(async () => (await i.jobs()).length === 0)
      assert.equal((await i.read(id)).status, 'unknown')
      assert.deepEqual([i.smtp.received.length, i.told()], [1, ['email.unknown']])
    } finally {
      await i.stop()
    }
  })

  it('keeps messages waiting, and says why, when the settings cannot be used', async () => {
    const i = await installation(smtp => `${smtp.url}?tls=maybe`)
    try {
      await i.addWorker()
      const { id } = await i.queue()
      await i.until(async () => (await i.read(id)).lastError !== null)
      const message = await i.read(id)
      assert.equal(message.status, 'queued')
      assert.match(message.lastError ?? '', /SMTP_URL: tls must be one of/)
    } finally {
      await i.stop()
    }
  })
})

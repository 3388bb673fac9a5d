import { fileURLToPath } from 'node:url'
import type { Module } from '#platform/module.ts'
import { deliverMessage } from './jobs.ts'
import { mailPersonal } from './personal.ts'
import { mailRoutes } from './routes.ts'
import { mailSamples } from './samples.ts'

export { type MessageDraft, queueMessage } from './queue.ts'
export { eraseMessagesOfRuns } from './samples.ts'

export const mailModule: Module = {
  name: 'mail',
  migrations: fileURLToPath(new URL('./migrations', import.meta.url)),
  routes: mailRoutes,
  personal: mailPersonal,
  samples: mailSamples,
  jobs: [deliverMessage],
  references: [
    {
      table: 'mail.messages',
      column: 'subjects',
      inJson: true,
      object: { column: 'subjects' },
      key: ['id'],
      isTouched: true,
    },
  ],
}

import { fileURLToPath } from 'node:url'
import type { Module } from '#platform/module.ts'
import { deliverMessage } from './jobs.ts'
import { mailRoutes } from './routes.ts'
import { mailPersonal } from './personal.ts'

export { type MessageDraft, queueMessage } from './queue.ts'

export const mailModule: Module = {
  name: 'mail',
  migrations: fileURLToPath(new URL('./migrations', import.meta.url)),
  routes: mailRoutes,
  personal: mailPersonal,
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

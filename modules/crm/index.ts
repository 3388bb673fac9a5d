import { fileURLToPath } from 'node:url'
import type { Module } from '#platform/module.ts'
import { runChangeSet } from './bulk/job.ts'
import { crmRoutes } from './routes.ts'

export { findContact, findContactByEmail, findContacts } from './people.ts'
export { changePerson, type PersonChanges } from './person-changes.ts'
export { personSql } from './person-fields.ts'
export { type MetPerson, upsertPersonByEmail } from './person-upsert.ts'
export { refusalsOf, refuseContact } from './privacy/do-not-contact.ts'

export const crmModule: Module = {
  name: 'crm',
  migrations: fileURLToPath(new URL('./migrations', import.meta.url)),
  routes: crmRoutes,
  jobs: [runChangeSet],
  owned: [
    { object: 'person', label: 'People', table: 'crm.people', owner: 'owner_user_id' },
    { object: 'company', label: 'Companies', table: 'crm.companies', owner: 'owner_user_id' },
  ],
}

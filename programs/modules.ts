import { crmModule, searchRoutes, upcomingRoutes } from '#modules/crm/index.ts'
import { flowModule } from '#modules/flow/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import type { Module } from '#platform/module.ts'
import { searchSources } from './search.ts'
import { upcomingSources } from './upcoming.ts'

/** What is about to happen to records, and what is found beside them, comes from modules that crm does not know. */
const crm: Module = {
  ...crmModule,
  routes: [...(crmModule.routes ?? []), ...upcomingRoutes(upcomingSources), ...searchRoutes(searchSources)],
}

/** The modules of the product, in the order their migrations run and their dependencies point. */
export const modules: readonly Module[] = [iamModule, crm, mailModule, intakeModule, flowModule]

import { crmModule } from '#modules/crm/index.ts'
import { flowModule } from '#modules/flow/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import type { Module } from '#platform/module.ts'

/** The modules of the product, in the order their migrations run and their dependencies point. */
export const modules: readonly Module[] = [iamModule, crmModule, mailModule, intakeModule, flowModule]

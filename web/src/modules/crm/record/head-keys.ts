import type { RecordObject } from '#modules/crm/contract.ts'

/** The fields that are seen without scrolling: whose it is, where it stands, how it is reached. */
export const headKeys: Readonly<Record<RecordObject, readonly string[]>> = {
  person: ['lifecycleStage', 'ownerUserId', 'email', 'phone'],
  company: ['ownerUserId', 'websiteUrl', 'employeeRange', 'annualRevenue'],
  deal: ['stageId', 'value', 'expectedCloseOn', 'ownerUserId'],
}

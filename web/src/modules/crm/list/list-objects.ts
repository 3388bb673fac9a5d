import { Building2, Contact as ContactIcon, Handshake, type LucideIcon } from 'lucide-react'
import {
  bulkCompanies,
  bulkDeals,
  bulkPeople,
  COMPANY_FIELDS,
  changeCompanies,
  changeDeals,
  changePeople,
  DEAL_FIELDS,
  listCompanies,
  listDeals,
  listPeople,
  PERSON_LIST_FIELDS,
  type RecordObject,
  totalCompanies,
  totalDeals,
  totalPeople,
} from '#modules/crm/contract.ts'
import type { FilterFields } from '#platform/contract/filter.ts'
import type { Route } from '#platform/contract/route.ts'

/** What a list page knows of one object. */
export interface ListObject {
  readonly object: RecordObject
  readonly title: string
  readonly one: string
  readonly many: string
  readonly icon: LucideIcon
  /** What belongs here, in one sentence. */
  readonly empty: string
  /** What permissions are named after. */
  readonly permission: 'people' | 'companies' | 'deals'
  readonly list: Route
  readonly totals: Route
  readonly bulk: Route
  readonly changeEach: Route
  /** What the list is filtered and sorted by. */
  readonly fields: FilterFields
  /** The columns it has by itself, behind the name. */
  readonly columns: readonly string[]
  /** What the quick search looks in. */
  readonly searched: readonly string[]
  /** What its first column is in order of. */
  readonly nameSort: string | null
}

export const listObjects: Readonly<Record<RecordObject, ListObject>> = {
  person: {
    object: 'person',
    title: 'Contacts',
    one: 'person',
    many: 'people',
    icon: ContactIcon,
    empty: 'Everybody you know stands here: people who sent a form, and people you add or import.',
    permission: 'people',
    list: listPeople,
    totals: totalPeople,
    bulk: bulkPeople,
    changeEach: changePeople,
    fields: PERSON_LIST_FIELDS,
    columns: [
      'email',
      'companyId',
      'title',
      'lifecycleStage',
      'ownerUserId',
      'phone',
      'tags',
      'lastActivityAt',
      'createdAt',
    ],
    searched: ['firstName', 'lastName', 'email', 'company'],
    nameSort: 'lastName',
  },
  company: {
    object: 'company',
    title: 'Companies',
    one: 'company',
    many: 'companies',
    icon: Building2,
    empty: 'The companies your people work at stand here, with what you know about each.',
    permission: 'companies',
    list: listCompanies,
    totals: totalCompanies,
    bulk: bulkCompanies,
    changeEach: changeCompanies,
    fields: COMPANY_FIELDS,
    columns: [
      'domain',
      'activity',
      'employeeRange',
      'annualRevenue',
      'city',
      'ownerUserId',
      'tags',
      'lastActivityAt',
      'createdAt',
    ],
    searched: ['name', 'domain'],
    nameSort: 'name',
  },
  deal: {
    object: 'deal',
    title: 'Deals',
    one: 'deal',
    many: 'deals',
    icon: Handshake,
    empty: 'What you are selling stands here, each with its amount and the stage it is in.',
    permission: 'deals',
    list: listDeals,
    totals: totalDeals,
    bulk: bulkDeals,
    changeEach: changeDeals,
    fields: DEAL_FIELDS,
    columns: [
      'value',
      'stageId',
      'companyId',
      'expectedCloseOn',
      'ownerUserId',
      'status',
      'tags',
      'createdAt',
    ],
    searched: ['name'],
    nameSort: 'name',
  },
}

import {
  getCompanyTimeline,
  getCompanyUpcoming,
  getDealTimeline,
  getDealUpcoming,
  getPersonTimeline,
  getPersonUpcoming,
  type RecordObject,
  type TimelineEntry,
  type UpcomingItem,
} from '#modules/crm/contract.ts'
import { call } from '../../../shell/api.ts'

/** A record that something is shown about. */
export interface About {
  readonly object: RecordObject
  readonly id: string
}

interface Page {
  items: TimelineEntry[]
  nextCursor: string | null
}

/** Under what the pages of a record's timeline are cached. */
export function timelineKey({ object, id }: About): readonly unknown[] {
  return ['crm.timeline', object, id]
}

/** One page of what happened to a record. */
export function readTimeline(
  { object, id }: About,
  query: { limit: number; cursor?: string; topics?: string },
  signal: AbortSignal,
): Promise<Page> {
  switch (object) {
    case 'person':
      return call(getPersonTimeline, { params: { personId: id }, query }, { signal })
    case 'company':
      return call(getCompanyTimeline, { params: { companyId: id }, query }, { signal })
    case 'deal':
      return call(getDealTimeline, { params: { dealId: id }, query }, { signal })
  }
}

/** Under what is cached that is about to happen to a record. */
export function upcomingKey({ object, id }: About): readonly unknown[] {
  return ['crm.upcoming', object, id]
}

/** What is about to happen to a record. */
export async function readUpcoming({ object, id }: About, signal: AbortSignal): Promise<UpcomingItem[]> {
  switch (object) {
    case 'person':
      return (await call(getPersonUpcoming, { params: { personId: id } }, { signal })).items
    case 'company':
      return (await call(getCompanyUpcoming, { params: { companyId: id } }, { signal })).items
    case 'deal':
      return (await call(getDealUpcoming, { params: { dealId: id } }, { signal })).items
  }
}

import type { Context } from '#platform/context.ts'
import type { AnyRecord } from '../record-kind.ts'
import { recordKinds } from '../record-kinds.ts'
import type { Question } from './provider.ts'

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** The domain of a web address as companies are found by it. */
function domainOf(url: string | null): string | null {
  if (url === null) return null
  try {
    return new URL(/^[a-z]+:\/\//i.test(url) ? url : `https://${url}`).hostname.replace(/^www\./, '')
  } catch {
    return null
  }
}

/** A record and what is known of it; null for one that is gone or not in sight. */
export async function questionAbout(
  ctx: Context,
  object: Question['object'],
  recordId: string,
): Promise<{ record: AnyRecord; question: Question } | null> {
  const record = (await recordKinds[object].read(ctx, [recordId])).get(recordId)
  if (!record) return null
  if (object === 'company') {
    const question: Question = {
      object,
      firstName: null,
      lastName: null,
      company: record.name,
      domain: domainOf(textOf(record.websiteUrl)),
      siren: textOf(record.siren),
    }
    return { record, question }
  }
  const reference = record.company as { id: string; name: string } | null
  const company = reference
    ? (await recordKinds.company.read(ctx, [reference.id])).get(reference.id)
    : undefined
  const question: Question = {
    object,
    firstName: textOf(record.firstName),
    lastName: textOf(record.lastName),
    company: reference?.name ?? null,
    domain: domainOf(textOf(company?.websiteUrl)),
    siren: textOf(company?.siren),
  }
  return { record, question }
}

/** Of what a service found, the fields that are empty in the record. */
export function whatIsNew(
  record: AnyRecord,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const isEmpty = (value: unknown) => value === null || value === undefined || value === ''
  const fresh = Object.entries(values).filter(([key, value]) => !isEmpty(value) && isEmpty(record[key]))
  const filled = Object.fromEntries(fresh)
  // The state of an address says something about the address it came with only, and an edition about its code.
  if ('email' in filled && 'emailStatus' in values) filled.emailStatus = values.emailStatus
  if (!('email' in filled)) delete filled.emailStatus
  if (!('nafCode' in filled)) delete filled.nafNomenclature
  return filled
}

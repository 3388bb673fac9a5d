import { createHash } from 'node:crypto'
import { type AppError, generalErrors } from '../errors.ts'

/**
 * An ETag is the record's version and a hash of the answer: `"7.kPq3…"`. An edit is compared by the version alone, so what
 * changes by itself, such as a count, does not stand in its way; a read is compared by the whole tag.
 */
const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g

/** The ETag of an answer. `version` holds letters, digits, `-` and `_`; without one the tag is the hash alone. */
export function etagOf(answer: string, version: string | undefined): string {
  const hash = createHash('sha256').update(answer).digest('base64url').slice(0, 16)
  return version === undefined ? `"${hash}"` : `"${version}.${hash}"`
}

/** The versions an If-Match header names; null when it is missing or accepts any. Weak tags match nothing. */
export function versionsOf(ifMatch: string | undefined): readonly string[] | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null
  return [...ifMatch.matchAll(TAG)]
    .filter(([, weak]) => weak === undefined)
    .map(([, , text = '']) => text.split('.')[0] ?? '')
}

/** Whether an If-None-Match header names the tag of what would be answered. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  return [...ifNoneMatch.matchAll(TAG)].some(([, , text = '']) => `"${text}"` === etag)
}

/**
 * The error of an edit that was based on another version. It says the version that is there now and points at each
 * field of what was sent that holds something else by now.
 */
export function changedMeanwhile(sent: object, now: { version: string; value: object }): AppError {
  const current = now.value as Readonly<Record<string, unknown>>
  const different = Object.entries(sent).filter(
    ([field, value]) => field in current && JSON.stringify(value) !== JSON.stringify(current[field]),
  )
  return generalErrors.changed_meanwhile({
    currentVersion: now.version,
    errors: different.map(([field]) => ({
      in: 'body',
      pointer: `/${field}`,
      code: 'differs',
      message: 'What is saved here differs from what you sent.',
    })),
  })
}

/** SQL of the version of a row that counts none: the microsecond of its last change. */
export function rowVersion(updatedAt: string): string {
  return `(extract(epoch from ${updatedAt}) * 1000000)::bigint::text`
}

/** Whether a change may be made to a record that is at this version. */
export function isExpected(expected: readonly string[] | null, version: string): boolean {
  return expected === null || expected.includes(version)
}

import type { z } from 'zod'
import type { FieldProblem } from '../contract/problem.ts'
import { generalErrors } from '../errors.ts'

/** RFC 6901: `~` and `/` inside a segment are escaped. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map(segment => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Turns zod's issues into field problems; an unknown key is reported at the key itself. */
export function problemsOf(place: FieldProblem['in'], error: z.ZodError): FieldProblem[] {
  return error.issues.flatMap(issue => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map(key => ({
        in: place,
        pointer: pointerOf([...issue.path, key]),
        code: 'unknown_field',
        message: 'This field is not known here.',
      }))
    }
    return [{ in: place, pointer: pointerOf(issue.path), code: issue.code, message: issue.message }]
  })
}

/** Parses one part of a request; throws `request.invalid` with a pointer for every wrong field. */
export function parsePart<S extends z.ZodType>(
  place: FieldProblem['in'],
  schema: S | undefined,
  value: unknown,
): z.output<S> | undefined {
  if (!schema) return undefined
  const unstorable: FieldProblem[] = []
  findUnstorable(place, value, [], unstorable)
  if (unstorable.length > 0) throw generalErrors.invalid({ errors: unstorable })
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw generalErrors.invalid({ errors: problemsOf(place, parsed.error) })
  return parsed.data
}

/** PostgreSQL cannot store NUL, and a lone surrogate is no character: both are refused by name instead of failing later. */
function findUnstorable(
  place: FieldProblem['in'],
  value: unknown,
  path: PropertyKey[],
  found: FieldProblem[],
): void {
  if (typeof value === 'string') {
    if (value.includes('\u0000') || !value.isWellFormed()) {
      found.push({
        in: place,
        pointer: pointerOf(path),
        code: 'unstorable_text',
        message: 'This text contains characters that cannot be stored.',
      })
    }
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) {
    if (key.includes('\u0000') || !key.isWellFormed()) {
      found.push({
        in: place,
        pointer: pointerOf(path),
        code: 'unstorable_text',
        message: 'A field name contains characters that cannot be stored.',
      })
      continue
    }
    findUnstorable(place, item, [...path, key], found)
  }
}

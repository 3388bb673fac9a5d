/** What keeps a form from being published, place by place, as the server will say it. */

import { FormContent } from '#modules/intake/contract.ts'
import type { Draft } from './draft.ts'

export interface DraftProblem {
  /** The key of the field it is about; undefined for the form itself. */
  readonly field: string | undefined
  /** From the field, or from the form, to the setting. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

const SAYS_MISSING = /^(Too small|Invalid input|Invalid option)\b/
const LIMIT = /^Too (small|big): expected (\w+) to (?:be|have) [<>]=?\s?(-?[\d.]+)/
const COUNTED: Readonly<Record<string, string>> = { string: ' characters', array: ' of them' }

/** A message of the schema in words; one that has words already stays as it is. */
export function plainMessage(message: string, value: unknown): string {
  const isEmpty = value === undefined || value === null || Array.isArray(value) || String(value).trim() === ''
  const [, way, kind = '', limit] = LIMIT.exec(message) ?? []
  if (isEmpty && SAYS_MISSING.test(message) && (way === 'small' || limit === undefined))
    return 'Needed before it can be published.'
  if (limit === undefined) return message.startsWith('Invalid') ? 'This cannot stand here.' : message
  return `Use at ${way === 'small' ? 'least' : 'most'} ${Number(limit).toLocaleString('en')}${COUNTED[kind] ?? ''}.`
}

/** What is wrong with a draft; empty when it can be published. */
export function draftProblems(draft: Draft): DraftProblem[] {
  const checked = FormContent.safeParse(draft)
  if (checked.success) return []
  return checked.error.issues.map(({ path, message }) =>
    placed(
      draft,
      path.map(part => (typeof part === 'symbol' ? String(part) : part)),
      message,
    ),
  )
}

function valueAt(whole: unknown, path: readonly (string | number)[]): unknown {
  let value = whole
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string | number, unknown>)[part]
  }
  return value
}

/** The problem of one setting, of all that is inside it when it shows no place more exactly. */
export function problemAt(
  problems: readonly DraftProblem[],
  field: string | undefined,
  path: readonly (string | number)[],
  isDeep = false,
): string | undefined {
  return problems.find(
    problem =>
      problem.field === field &&
      (isDeep ? problem.path.length >= path.length : problem.path.length === path.length) &&
      path.every((part, index) => problem.path[index] === part),
  )?.message
}

/** What the server says is wrong with a draft, place by place. */
export function serverProblems(
  problems: readonly { readonly pointer: string; readonly message: string }[],
  draft: Draft,
): DraftProblem[] {
  return problems.map(({ pointer, message }) => {
    const parts = pointer.split('/').slice(1)
    return placed(
      draft,
      parts.map(part => (/^\d+$/.test(part) ? Number(part) : part)),
      message,
    )
  })
}

function placed(draft: Draft, place: readonly (string | number)[], message: string): DraftProblem {
  const words = plainMessage(message, valueAt(draft, place))
  const [first, index, ...rest] = place
  if (first !== 'fields' || typeof index !== 'number')
    return { field: undefined, path: place, message: words }
  return { field: draft.fields[index]?.key, path: rest, message: words }
}

import { ProblemError } from '#platform/contract/problem.ts'

export interface ProblemWords {
  readonly what: string
  readonly next: string | undefined
  readonly requestId: string | undefined
}

/** An error in the words the interface shows: what happened, what was kept and what to do. */
export function problemWords(error: unknown): ProblemWords {
  if (error instanceof ProblemError) {
    return {
      what: error.problem.title,
      next: error.problem.detail,
      requestId: error.problem.requestId || undefined,
    }
  }
  return {
    what: 'This part of the page stopped working.',
    next: 'Nothing was lost. Reload the page, and tell us if it happens again.',
    requestId: undefined,
  }
}

/** Whether the API answered that there is no such thing, which trying again does not change. */
export function isMissing(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 404
}

/** A pointer into the body as the path of a form field: "/values/email" gives "values.email". */
export function fieldOfPointer(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.')
}

/** Whether somebody else has changed what the act was based on. */
export function isConflict(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'request.changed_meanwhile'
}

/** The messages of a problem by form field; empty when no field is to blame. */
export function fieldErrors(error: unknown): Record<string, string> {
  const errors: Record<string, string> = {}
  if (!(error instanceof ProblemError) || isConflict(error)) return errors
  for (const each of error.problem.errors ?? []) {
    if (each.in !== 'body') continue
    errors[fieldOfPointer(each.pointer)] ??= each.message
  }
  return errors
}

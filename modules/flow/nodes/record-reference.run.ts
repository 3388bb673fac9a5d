import type { LoadTools, Scope } from '../node-run.ts'
import type { Referred } from './record-reference.ts'

/**
 * Reads which record a step works on: what the setting gives, or the record of the event that started the run, or null when
 * nothing says it. A template that comes out empty stays an empty text, so that it never means the run's own record.
 */
export function loadReference(
  text: string,
  object: Referred,
  tools: LoadTools,
): (scope: Scope) => string | null {
  if (text.trim() !== '') {
    const written = tools.text(text, { missing: 'error' })
    return scope => written(scope).trim()
  }
  const own = tools.value(`{{ event.payload.${object}Id }}`, { missing: 'empty' })
  return scope => {
    const id = own(scope)
    return typeof id === 'string' ? id : null
  }
}

/** Reads a record that may be left out: null for a setting that is empty and for one that comes out so. */
export function loadNamed(text: string, tools: LoadTools): (scope: Scope) => string | null {
  const written = tools.text(text, { missing: 'empty' })
  return scope => written(scope).trim() || null
}

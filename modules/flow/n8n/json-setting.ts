/** Settings that hold an object as JSON, with expressions in it or as one. Browser-safe. */

import type { Path } from '#platform/contract/plain-data.ts'
import { quoted, Untranslatable } from './item.ts'
import { objectOf, textOf } from './n8n-file.ts'
import type { Script } from './script.ts'
import { alternating, type Scalar } from './term.ts'
import { isExpression, onlyExpression, type Translation } from './translation.ts'

const JSON_LENGTH_MAX = 50_000

export interface Field {
  readonly name: string
  readonly value: Scalar
}

/**
 * The fields of the object when their names are written, else the place where code before the step puts the whole of it;
 * null when neither can be.
 */
export function readJsonSetting(
  step: Translation,
  written: unknown,
): { readonly fields: readonly Field[] } | { readonly at: Path } | null {
  const text = textOf(written)
  if (text.length > JSON_LENGTH_MAX) return null
  const whole = isExpression(written) && !/^=\s*\{\{/.test(text) ? asScript(text) : text
  const script = step.script(whole)
  if (script?.is === 'object') {
    const fields = objectMembers(step, script.members)
    if (fields !== null) return { fields }
  }
  const plain = parsed(written)
  if (plain !== null)
    return {
      fields: Object.entries(plain).map(([name, value]) => ({ name, value: plainValue(step, value) })),
    }
  const source = onlyExpression(whole)
  const made = source === null ? null : step.coded(source)
  return made === null ? null : { at: ['nodes', `${step.id}-code`, made.slice(made.lastIndexOf('.') + 1)] }
}

/** JSON with expressions in it, `{ "a": "{{ $json.a }}" }`, as the one expression it amounts to. */
function asScript(written: string): string {
  const text = written.slice(1)
  const pieces = alternating(text)
  let isQuoted = false
  const script = pieces.map((piece, index) => {
    if (index % 2 === 1) {
      const inside = `(${piece.slice(2, -2).trim()})`
      return isQuoted ? `\${${inside}}` : inside
    }
    return piece.replace(/\\.|"|`|\$\{/gs, sign => {
      if (sign === '"') isQuoted = !isQuoted
      if (sign === '`' || sign === '${') return `\\${sign}`
      return sign === '"' ? '`' : sign
    })
  })
  // Names cannot be written with such quotes.
  const named = script
    .join('')
    .replace(/([{,]\s*)`([^`$]*)`(\s*:)/g, (_all, before, name, after) => `${before}${quoted(name)}${after}`)
  return `={{ ${named} }}`
}

/** Null when one of them has no counterpart. */
function objectMembers(
  step: Translation,
  members: readonly { readonly name: string; readonly value: Script }[],
): Field[] | null {
  try {
    return members.map(({ name, value }) => ({ name, value: step.valueOf(value) }))
  } catch (error) {
    if (error instanceof Untranslatable) return null
    throw error
  }
}

function parsed(written: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof written !== 'string')
    return typeof written === 'object' && written !== null ? objectOf(written) : null
  try {
    const value: unknown = JSON.parse(written.replace(/^=/, ''))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? objectOf(value) : null
  } catch {
    return null
  }
}

function plainValue(step: Translation, value: unknown): Scalar {
  return typeof value === 'object' && value !== null ? step.data(value) : step.value(value)
}

/** A draft as the server stores it, and as the builder has it. Pure. */

import type { DraftContent, FormDraft, saveFormDraft } from '#modules/intake/contract.ts'
import type { CallInput } from '#platform/contract/route.ts'
import type { SavedDraft } from '../../../shell/autosave.ts'
import type { Condition, Draft, DraftField } from './draft.ts'
import { firstForm } from './first-form.ts'

/** A stored draft as the builder has it: with everything a form has, and with what is not known here as well. */
export function draftOf(definition: DraftContent): Draft {
  const { theme, embed, ...others } = firstForm('')
  const stored: Partial<Draft> = definition as object
  return {
    ...others,
    ...stored,
    theme: { ...theme, ...objectIn(stored.theme) },
    embed: { ...embed, allowedHosts: textsIn(stored.embed?.allowedHosts) ?? [] },
    fields: definition.fields.map(fieldOf),
  }
}

/** A stored field. A program may have written anything, so what cannot be drawn is as if it were not there. */
function fieldOf(stored: DraftContent['fields'][number]): DraftField {
  const { help, required, validation, options, visibleWhen, prefill, text, ...others } = stored
  const when = objectIn(visibleWhen)
  const conditions = Array.isArray(when?.conditions) ? when.conditions.filter(isCondition) : []
  const filled = objectIn(prefill)
  return {
    ...(others as Pick<DraftField, 'key' | 'type' | 'label' | 'page'>),
    help: typeof help === 'string' ? help : '',
    required: required === true,
    validation: objectIn(validation) ?? {},
    ...(options === undefined ? {} : { options: textsIn(options) ?? [] }),
    ...(conditions.length === 0
      ? {}
      : { visibleWhen: { match: when?.match === 'any' ? 'any' : 'all', conditions } }),
    ...(filled ? { prefill: filled } : {}),
    ...(typeof text === 'string' ? { text } : {}),
  }
}

function objectIn(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? { ...value } : undefined
}

function textsIn(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined
}

function isCondition(value: unknown): value is Condition {
  const { field, operator, value: compared } = objectIn(value) ?? {}
  return (
    typeof field === 'string' &&
    typeof operator === 'string' &&
    (compared === undefined || typeof compared === 'string')
  )
}

/** What is sent of a draft. */
export function definitionOf(draft: Draft): CallInput<typeof saveFormDraft>['body'] {
  const { pages, fields, ...others } = draft
  const { language } = draft as Pick<DraftContent, 'language'>
  return {
    ...others,
    language,
    pages: pages.map(page => ({ ...page })),
    fields: fields.map(field => ({ ...field })),
  }
}

/** What a draft was answered with, as what is saved. */
export function savedDraft({ definition, revision, changedBy }: FormDraft): SavedDraft<Draft> {
  return { draft: draftOf(definition), revision, by: changedBy?.name }
}

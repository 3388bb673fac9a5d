import { useQueryClient } from '@tanstack/react-query'
import { createCustomField, type FieldKind, type Import, listImportFields } from '#modules/crm/contract.ts'
import { call, newKey, routeKey } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'

/** The kind that a field of such values has. */
export function kindOfSamples(samples: readonly string[]): FieldKind {
  const are = (pattern: RegExp) => samples.length > 0 && samples.every(sample => pattern.test(sample))
  if (are(/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/)) return 'date'
  if (are(/^[+-]?\d{1,15}([.,]\d+)?$/) && !samples.some(sample => /^0\d/.test(sample))) return 'number'
  if (are(/^[^\s@]+@[^\s@]+\.[^\s@]+$/)) return 'email'
  if (are(/^https?:\/\//i)) return 'url'
  if (are(/^(yes|no|true|false|oui|non|vrai|faux)$/i)) return 'boolean'
  return samples.some(sample => sample.length > 100) ? 'long_text' : 'text'
}

/** Makes a field out of a column; resolves with its key, or undefined when it was refused, which has been said. */
export function useMakeField(object: Import['object']) {
  const queryClient = useQueryClient()
  return async (label: string, samples: readonly string[]): Promise<string | undefined> => {
    try {
      const body = { object, label: label.slice(0, 100), kind: kindOfSamples(samples) }
      const { key } = await call(createCustomField, { body }, { idempotencyKey: newKey() })
      await queryClient.invalidateQueries({ queryKey: routeKey(listImportFields) })
      return `custom.${key}`
    } catch (error) {
      sayFailed(error)
      return undefined
    }
  }
}

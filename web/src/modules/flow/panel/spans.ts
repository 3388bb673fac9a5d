/** Spans as conditions hold them: "7 days", "1 hour"; a number alone means days. */

interface SpanParts {
  readonly amount: string
  readonly unit: string
}

export const SPAN_UNITS: readonly { value: string; label: string }[] = [
  { value: 'seconds', label: 'seconds' },
  { value: 'minutes', label: 'minutes' },
  { value: 'hours', label: 'hours' },
  { value: 'days', label: 'days' },
  { value: 'weeks', label: 'weeks' },
]

/** The parts of a span; what is no span is the amount, so that nothing is lost. */
export function spanOf(value: unknown): SpanParts {
  const text = value === undefined || value === null ? '' : String(value).trim()
  const parts = /^(\S*)\s+(second|minute|hour|day|week)s?$/i.exec(text)
  if (!parts) return { amount: text, unit: 'days' }
  return { amount: parts[1] ?? '', unit: `${(parts[2] ?? 'day').toLowerCase()}s` }
}

/** A span as a condition holds it. */
export function spanText({ amount, unit }: SpanParts): string {
  return `${amount.trim()} ${amount.trim() === '1' ? unit.replace(/s$/, '') : unit}`
}

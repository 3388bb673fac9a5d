/** What people read of how a form is used. */

const DEVICES = { phone: 'Phone', tablet: 'Tablet', desktop: 'Computer', unknown: 'Without script' } as const

export function deviceWord(device: keyof typeof DEVICES): string {
  return DEVICES[device]
}

/** A source as people read it: what a campaign calls itself, or a host. */
export function sourceWord(source: string): string {
  if (source === 'direct') return 'Direct'
  return source === 'other' ? 'Others' : source
}

/** A part of a whole in percent, with a decimal where that says something; a dash of nothing. */
export function shareWords(part: number, whole: number, locale?: string): string {
  if (whole === 0) return '–'
  const share = part / whole
  const maximumFractionDigits = share > 0 && share < 0.1 ? 1 : 0
  return share.toLocaleString(locale, { style: 'percent', maximumFractionDigits })
}

/** How long filling in took: seconds up to a minute and a half, then minutes, then hours. */
export function secondsWords(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 360) / 10} h`
}

/** Where most of those who began have stopped, when that can be said of anybody. */
export function worstField<Field extends { readonly left: number }>(
  fields: readonly Field[],
): Field | undefined {
  const worst = fields.reduce<Field | undefined>(
    (most, field) => (field.left > (most?.left ?? 0) ? field : most),
    undefined,
  )
  return worst
}

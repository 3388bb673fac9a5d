/** What the builder shows beside the preview. */
export type Part = 'fields' | 'page' | 'after' | 'protection' | 'share'

export const PARTS: readonly { readonly value: Part; readonly label: string }[] = [
  { value: 'fields', label: 'Fields' },
  { value: 'page', label: 'Page' },
  { value: 'after', label: 'Sending' },
  { value: 'protection', label: 'Protection' },
  { value: 'share', label: 'Share' },
]

/** Those that an address names; the fields are what one begins with. */
export const FORM_PARTS = ['page', 'after', 'protection', 'share'] as const

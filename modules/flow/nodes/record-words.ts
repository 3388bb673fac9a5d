import type { NamedValue } from './named-values.ts'

interface Change {
  readonly set: readonly NamedValue[]
  readonly addTags: readonly string[]
  readonly removeTags: readonly string[]
}

/** What refuses a step that changes nothing: a check and what it says. */
export const somethingToChange: [(config: Change) => boolean, { message: string; path: string[] }] = [
  ({ set, addTags, removeTags }) => set.length + addTags.length + removeTags.length > 0,
  { message: 'There is nothing to change yet.', path: ['set'] },
]

/** What a step changes, in one line. */
export function changeWords({ set, addTags, removeTags }: Change): string {
  const values = set.map(({ name, value }) => (name === 'stage' ? `stage to ${value}` : name))
  return [
    ...(values.length > 0 ? [`set ${values.join(', ')}`] : []),
    ...(addTags.length > 0 ? [`add ${addTags.join(', ')}`] : []),
    ...(removeTags.length > 0 ? [`remove ${removeTags.join(', ')}`] : []),
  ]
    .join('; ')
    .replace(/^./, first => first.toUpperCase())
}

/** The time zones this browser knows, with the one that has no place, as they are searched and chosen. */
export const timeZones: readonly string[] = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]

/** The time zone of this browser. */
export const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

const tags =
  'en en-GB de fr fr-CA es it nl pt pt-BR pl cs da fi nb sv el tr uk ro hu ja ko zh ar he hi'.split(' ')
const names = new Intl.DisplayNames(['en'], { type: 'language' })

/** Languages by their English names; one that is set and not among them is offered too. */
export function languageChoices(set: string): { value: string; label: string }[] {
  return [...new Set([...tags, set])].map(tag => ({ value: tag, label: names.of(tag) ?? tag }))
}

import { listFilters, type Variable } from '#modules/flow/contract.ts'
import { type Edit, type Typing, withFilter, withValue } from './completion.ts'
import { matching, sampleWords } from './variables.ts'

/** Something that can be put into a text. */
export interface Suggestion {
  readonly as: 'value' | 'filter'
  /** What is put there: the path of a value or the name of a filter. */
  readonly path: string
  readonly title: string
  readonly group: string
  /** A sample of a value, what a filter does. */
  readonly detail: string
  readonly needsArgument: boolean
}

let filters: Suggestion[] | undefined

function filterSuggestions(): Suggestion[] {
  filters ??= listFilters().map(({ name, description, parameters }) => ({
    as: 'filter',
    path: name,
    title: description,
    group: 'Change the value',
    detail: parameters.join(', '),
    needsArgument: parameters.some(parameter => !parameter.endsWith('?')),
  }))
  return filters
}

function valueSuggestion({ path, title, group, sample }: Variable): Suggestion {
  return { as: 'value', path, title, group, detail: sampleWords(sample), needsArgument: false }
}

/** What can be put where somebody writes; nothing outside of a placeholder. */
export function suggestionsFor(typing: Typing | null, variables: readonly Variable[]): Suggestion[] {
  if (typing === null) return []
  return typing.of === 'filter'
    ? matching(filterSuggestions(), typing.query)
    : matching(variables, typing.query).map(valueSuggestion)
}

/** The text once a suggestion was taken. */
export function chosen(suggestion: Suggestion, text: string, typing: Typing): Edit {
  return suggestion.as === 'filter'
    ? withFilter(text, typing, suggestion.path, suggestion.needsArgument)
    : withValue(text, typing, suggestion.path)
}

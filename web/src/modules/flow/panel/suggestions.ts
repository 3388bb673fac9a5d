import { listFilters, type Variable } from '#modules/flow/contract.ts'
import { type Edit, type Typing, withFilter, withValue } from './completion.ts'
import { matching, sampleWords } from './variables.ts'
import type { Option } from './widgets.ts'

/** Something that can be put into a text. */
export interface Suggestion {
  readonly as: 'value' | 'filter' | 'choice'
  /** What is put there: the path of a value, the name of a filter, or a whole text. */
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

/** What can be put where somebody writes; whole values only while the text is one of them, or a beginning of one. */
export function suggestionsFor(
  typing: Typing | null,
  variables: readonly Variable[],
  choices: readonly Option[] | undefined,
  text: string,
): Suggestion[] {
  if (typing?.of === 'filter') return matching(filterSuggestions(), typing.query)
  if (typing) return matching(variables, typing.query).map(valueSuggestion)
  const options = (choices ?? []).map(
    ({ value, label }): Suggestion => ({
      as: 'choice',
      path: value,
      title: label,
      group: '',
      detail: '',
      needsArgument: false,
    }),
  )
  const isOne = options.some(({ path }) => path === text)
  return isOne ? options : matching(options, text)
}

/** The text once a suggestion was taken. */
export function chosen(suggestion: Suggestion, text: string, typing: Typing | null): Edit {
  if (suggestion.as === 'choice' || typing === null) {
    return { text: suggestion.path, caret: suggestion.path.length }
  }
  return suggestion.as === 'filter'
    ? withFilter(text, typing, suggestion.path, suggestion.needsArgument)
    : withValue(text, typing, suggestion.path)
}

import type { VisibleWhen } from '../field-visibility.ts'
import { visibilityProblems } from '../field-visibility.ts'
import type { FormPart, FormTheme } from './form-settings.ts'
import { themeProblems } from './theme.ts'

/** What the parts of a form have to know of each other. */
interface Content {
  readonly pages: readonly FormPart[]
  readonly theme: FormTheme
  readonly fields: readonly AskedField[]
}

interface AskedField {
  readonly key: string
  readonly type: string
  readonly page: number
  readonly required: boolean
  readonly options?: readonly string[] | undefined
  readonly visibleWhen?: VisibleWhen | undefined
  readonly validation: object
}

export interface ContentProblem {
  /** From the form to the place. */
  readonly path: (string | number)[]
  readonly message: string
}

/** What is wrong with a form whose parts are each right by themselves. */
export function contentProblems({ fields, pages, theme }: Content): ContentProblem[] {
  const problems = [...keyProblems(fields), ...emailProblems(fields)]
  for (const { path, message } of visibilityProblems(fields)) {
    problems.push({ path: ['fields', ...path], message })
  }
  for (const [index, field] of fields.entries()) {
    const min = 'min' in field.validation ? Number(field.validation.min ?? 0) : 0
    if (field.type !== 'MULTI_SELECT' || min <= (field.options ?? []).length) continue
    const message = 'There are fewer options than have to be chosen.'
    problems.push({ path: ['fields', index, 'validation', 'min'], message })
  }
  return [...problems, ...pageProblems(fields, pages), ...themeProblems(theme)]
}

function keyProblems(fields: readonly AskedField[]): ContentProblem[] {
  const seen = new Set<string>()
  return fields.flatMap(({ key }, index) => {
    const message = 'Another field has this key.'
    if (seen.has(key)) return [{ path: ['fields', index, 'key'], message }]
    seen.add(key)
    return []
  })
}

function emailProblems(fields: readonly AskedField[]): ContentProblem[] {
  const index = fields.findIndex(field => field.type === 'EMAIL')
  const why = 'the address is who the lead is.'
  if (index < 0) return [{ path: ['fields'], message: `A form needs an e-mail field: ${why}` }]
  if (!fields[index]?.required) {
    const message = `The first e-mail field must be required: ${why}`
    return [{ path: ['fields', index, 'required'], message }]
  }
  if (fields[index]?.visibleWhen === undefined) return []
  const message = `The first e-mail field must always be asked: ${why}`
  return [{ path: ['fields', index, 'visibleWhen'], message }]
}

function pageProblems(fields: readonly AskedField[], pages: readonly FormPart[]): ContentProblem[] {
  const problems: ContentProblem[] = []
  let above = 0
  for (const [index, { page }] of fields.entries()) {
    const path = ['fields', index, 'page']
    if (page >= Math.max(pages.length, 1)) problems.push({ path, message: 'There is no such page.' })
    else if (page < above) problems.push({ path, message: 'The field above stands on a later page.' })
    above = Math.max(above, page)
  }
  for (const number of pages.keys()) {
    if (fields.some(({ page, type }) => page === number && type !== 'HIDDEN')) continue
    problems.push({ path: ['pages', number], message: 'Nothing is asked on this page.' })
  }
  return problems
}

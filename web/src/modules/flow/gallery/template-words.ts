import type { WorkflowTemplateSummary } from '#modules/flow/contract.ts'

type Category = WorkflowTemplateSummary['category']

/** In the order they are shown in. */
export const CATEGORIES: readonly Category[] = ['own', 'leads', 'deals', 'customers', 'people', 'team']

export const CATEGORY_WORDS: Readonly<Record<Category, string>> = {
  own: 'Your own',
  leads: 'Leads',
  deals: 'Deals',
  customers: 'Customers',
  people: 'Contacts',
  team: 'Team',
}

export interface TemplateGroup {
  readonly category: Category
  readonly items: readonly WorkflowTemplateSummary[]
}

/** The templates of a category, or of all, that have every typed word somewhere, in groups. */
export function templatesFor(
  all: readonly WorkflowTemplateSummary[],
  category: Category | undefined,
  typed: string,
): TemplateGroup[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const isFound = ({ name, description }: WorkflowTemplateSummary) => {
    const text = `${name} ${description}`.toLowerCase()
    return words.every(word => text.includes(word))
  }
  return CATEGORIES.filter(each => category === undefined || each === category).flatMap(each => {
    const items = all.filter(template => template.category === each && isFound(template))
    return items.length === 0 ? [] : [{ category: each, items }]
  })
}

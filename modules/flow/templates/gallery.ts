import { customerTemplates } from './customers.ts'
import { dealTemplates } from './deals.ts'
import { leadTemplates } from './leads.ts'
import { peopleTemplates } from './people.ts'
import { teamTemplates } from './team.ts'
import type { WorkflowTemplate } from './workflow-template.ts'

/** Every template that comes with the product, in the order of the gallery. */
export const gallery: readonly WorkflowTemplate[] = [
  ...leadTemplates,
  ...dealTemplates,
  ...customerTemplates,
  ...peopleTemplates,
  ...teamTemplates,
]

/** Beginning with something that works. Browser-safe. */

import { z } from 'zod'
import { Id } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { startingPointNames } from './starting-points.ts'

export const createFromStartingPoint = defineRoute({
  id: 'flow.workflow.create_from_starting_point',
  method: 'POST',
  path: '/v1/workflows/from-starting-point',
  summary: 'Create a workflow and a form that work at once',
  description:
    'The workflow is published and the form takes answers. `contact` tells the team and thanks the sender, `demo_request` also follows up after two days, `blank` only collects leads.',
  access: 'workflows:write',
  body: z.strictObject({ startingPoint: z.enum(startingPointNames) }),
  response: z.object({ workflowId: Id, formKey: z.string(), formUrl: z.string() }),
  status: 201,
})

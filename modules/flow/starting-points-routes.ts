import { organizationName } from '#modules/iam/index.ts'
import { saveForm } from '#modules/intake/index.ts'
import type { Context } from '#platform/context.ts'
import { type Implemented, implement } from '#platform/http/handlers.ts'
import { type StartingPointName, startingPoint } from './starting-points.ts'
import { createFromStartingPoint } from './starting-points-api.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

async function begin(
  ctx: Context,
  name: StartingPointName,
): Promise<{ workflowId: string; formKey: string; formUrl: string }> {
  const point = startingPoint(name, (await organizationName(ctx)) ?? '')
  const workflowId = await createWorkflow(ctx, { name: point.workflowName, description: point.description })
  await saveDraft(ctx, workflowId, { graph: point.graph, revision: 0 })
  await publishWorkflow(ctx, workflowId)
  const form = await saveForm(ctx, workflowId, point.form)
  return { workflowId, formKey: form.key, formUrl: form.url }
}

/** Beginning with something that works. */
export const startingPointRoutes: readonly Implemented[] = [
  implement(createFromStartingPoint, (ctx, { body }) => begin(ctx, body.startingPoint)),
]

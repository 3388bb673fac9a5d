import { type Implemented, implement } from '#platform/http/handlers.ts'
import { flowErrors } from '../errors.ts'
import { readN8nInThread } from '../import-thread.ts'
import { createWorkflow, getWorkflow, saveDraft } from '../workflows.ts'
import { importN8nWorkflow, type N8nImportReport } from './n8n-api.ts'

/** Bringing workflows of n8n along. */
export const n8nRoutes: readonly Implemented[] = [
  implement(importN8nWorkflow, async (ctx, { body }) => {
    const { imported, problem } = await readN8nInThread(body.workflow)
    if (imported === null) throw flowErrors.not_n8n({ detail: problem })
    const { graph, name, report } = imported
    const id = await createWorkflow(ctx, { name: body.name ?? name })
    await saveDraft(ctx, id, { graph, revision: 0 })
    return { workflow: await getWorkflow(ctx, id), report: structuredClone(report) as N8nImportReport }
  }),
]

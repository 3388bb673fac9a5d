import { type Implemented, implement } from '#platform/http/handlers.ts'
import { flowErrors } from '../errors.ts'
import { createWorkflow, getWorkflow, saveDraft } from '../workflows.ts'
import { importN8n, type N8nImport } from './import-n8n.ts'
import { importN8nWorkflow, type N8nImportReport } from './n8n-api.ts'
import { NotN8nError } from './n8n-file.ts'

function read(file: unknown): N8nImport {
  try {
    return importN8n(file)
  } catch (error) {
    if (error instanceof NotN8nError) throw flowErrors.not_n8n({ detail: error.message })
    throw error
  }
}

/** Bringing workflows of n8n along. */
export const n8nRoutes: readonly Implemented[] = [
  implement(importN8nWorkflow, async (ctx, { body }) => {
    const { graph, name, report } = read(body.workflow)
    const id = await createWorkflow(ctx, { name: body.name ?? name })
    await saveDraft(ctx, id, { graph, revision: 0 })
    return { workflow: await getWorkflow(ctx, id), report: structuredClone(report) as N8nImportReport }
  }),
]

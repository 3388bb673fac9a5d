import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import type { WorkflowDetail } from './api.ts'
import { readDraft } from './draft-store.ts'
import { flowErrors } from './errors.ts'
import { type FileFormat, writeWorkflowFile } from './file-format.ts'
import { readInThread } from './import-thread.ts'
import { createWorkflow, saveDraft } from './workflows.ts'

/** The draft of a workflow as the text of a file, and what the file is called. Throws `request.not_found`. */
export async function exportWorkflow(
  ctx: Context,
  workflowId: string,
  format: FileFormat,
): Promise<{ name: string; text: string }> {
  const found = await ctx.db.query<{ name: string; description: string }>(
    'select name, description from flow.workflows where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, workflowId],
  )
  const workflow = found.rows[0]
  if (!workflow) throw generalErrors.not_found()
  const graph = await readDraft(ctx, workflowId)
  return {
    name: `${fileName(workflow.name)}.${format}`,
    text: writeWorkflowFile({ ...workflow, graph }, format),
  }
}

/** Creates a workflow from the text of a file. Throws `flow.invalid_file`, and what saving a draft throws. */
export async function importWorkflow(
  ctx: Context,
  text: string,
  name: string | undefined,
): Promise<z.input<typeof WorkflowDetail>> {
  const { workflow, problems } = await readInThread(text)
  if (workflow === null) {
    throw flowErrors.invalid_file({
      errors: problems.map(({ path, message, line, column }) => ({
        in: 'body' as const,
        pointer: '/text',
        code: 'invalid_file',
        message: [
          ...(line === undefined ? [] : [`Line ${line}, column ${column ?? 1}:`]),
          ...(path.length === 0 ? [] : [`${path.join('.')}:`]),
          message,
        ].join(' '),
      })),
    })
  }
  const id = await createWorkflow(ctx, {
    name: name ?? workflow.name,
    description: workflow.description,
  })
  return saveDraft(ctx, id, { graph: workflow.graph, revision: 0 })
}

/** The name in letters that every file system and header takes. */
function fileName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 80)
  return plain === '' ? 'workflow' : plain
}

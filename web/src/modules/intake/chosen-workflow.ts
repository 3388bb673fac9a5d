import type { Workflow } from '#modules/flow/contract.ts'

/** The workflows that leads come into: those a form starts, the most recently used first. */
export function workflowsWithLeads(workflows: readonly Workflow[]): Workflow[] {
  return workflows
    .filter(workflow => workflow.triggerType === 'form_submitted' && workflow.status !== 'archived')
    .sort((a, b) => (b.lastRunAt ?? b.createdAt).localeCompare(a.lastRunAt ?? a.createdAt))
}

/** The workflow to show: the asked one even if it is unknown here, then the one shown last, then the first. */
export function chosenWorkflow(
  workflows: readonly Pick<Workflow, 'id'>[],
  asked: string | undefined,
  remembered: string | null | undefined,
): string | undefined {
  if (asked !== undefined) return asked
  return workflows.find(workflow => workflow.id === remembered)?.id ?? workflows[0]?.id
}

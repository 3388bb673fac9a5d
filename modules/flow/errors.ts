import { defineErrors } from '#platform/errors.ts'

export const flowErrors = defineErrors('flow', {
  draft_changed: {
    status: 409,
    title: 'Somebody else saved this workflow in the meantime.',
    detail: 'Your version was not saved. Reload the workflow, then make your change again.',
  },
  invalid_graph: {
    status: 422,
    title: 'The workflow has problems.',
    detail: 'Each one is named with its place. Nothing was published.',
  },
  invalid_span: {
    status: 422,
    title: 'Figures of this span cannot be read.',
    detail: 'It has to begin before it ends and last at most 31 days by hour or 731 days by day.',
  },
  not_published: {
    status: 409,
    title: 'This workflow is not running.',
    detail: 'Publish it first; a draft, paused or archived workflow starts no runs.',
  },
})

import { defineErrors } from '#platform/errors.ts'

export const flowErrors = defineErrors('flow', {
  draft_changed: {
    status: 409,
    title: 'Somebody else saved this workflow in the meantime.',
    detail: 'Your version was not saved. Read the workflow again and bring both together.',
  },
  invalid_file: {
    status: 422,
    title: 'This file is not a workflow.',
    detail: 'Nothing was created. Each problem is named with its place in the file.',
  },
  not_n8n: {
    status: 422,
    title: 'This is no workflow of n8n that can be brought along.',
    detail: 'Nothing was created.',
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
  approval_closed: {
    status: 409,
    title: 'This is decided already, or no longer waited for.',
    detail: 'Your decision was not stored.',
  },
  approval_not_yours: {
    status: 403,
    title: 'This decision was asked of others.',
    detail: 'Only members with one of the roles that were asked may decide.',
  },
  run_over: {
    status: 409,
    title: 'This run is over.',
    detail: 'Only a run that is under way can be cancelled, paused or resumed.',
  },
  run_not_failed: {
    status: 409,
    title: 'There is nothing to take up again.',
    detail: 'Only a failed run whose state is kept can be retried; start it again from its trigger instead.',
  },
  step_not_repeatable: {
    status: 422,
    title: 'The run cannot be repeated from this step.',
    detail: 'Choose a step outside of loops that the version still has.',
  },
  limit_reached: {
    status: 409,
    title: 'As many runs of this workflow are under way as it allows.',
    detail: 'Nothing was started. Try again when one of them is over.',
  },
  webhook_closed: {
    status: 409,
    title: 'This webhook starts nothing now.',
    detail: 'Nothing was kept of the delivery.',
  },
  webhook_refused: { status: 401, title: 'The delivery was not signed as expected.' },
  delivery_reused: {
    status: 409,
    title: 'A delivery with this id came before and said something else.',
    detail: 'Nothing was started.',
  },
  too_many_templates: {
    status: 409,
    title: 'Your organization has as many templates as it can have.',
    detail: 'Nothing was made. Delete one of the 200 first.',
  },
  template_built_in: {
    status: 409,
    title: 'This template comes with the product.',
    detail: 'It cannot be deleted; only templates of your organization can.',
  },
  secret_unusable: {
    status: 422,
    title: 'This text cannot be the secret of this webhook.',
    detail: 'Use at least 8 characters; for Standard Webhooks "whsec_" and at least 16 bytes in base64.',
  },
  no_such_step: {
    status: 422,
    title: 'The draft has no such step.',
    detail: 'Save the draft first; what is tried out or pinned is a step of what is saved.',
  },
  not_pinnable: {
    status: 422,
    title: 'This step cannot be pinned.',
    detail:
      'Only what other steps can read is pinned; for a trigger it is an object, what the run is started with.',
  },
  pin_too_large: {
    status: 422,
    title: 'This is too much to pin.',
    detail: 'Pinned data has at most 64 KB. Nothing was pinned.',
  },
  not_startable_by: {
    status: 422,
    title: 'The draft would not be started by this event.',
    detail: 'Choose an event of the kind that its trigger waits for.',
  },
})

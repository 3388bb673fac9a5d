import { defineErrors } from '#platform/errors.ts'

const KEPT = 'Nothing was saved.'

/** What can be wrong with sending or saving a form, with moving a lead, or with the columns of a board. */
export const intakeErrors = defineErrors('intake', {
  form_closed: {
    status: 410,
    title: 'This form no longer takes answers.',
    detail: KEPT,
  },
  sent_too_fast: {
    status: 422,
    title: 'That was faster than anybody types.',
    detail: `${KEPT} Please send the form once more.`,
  },
  page_expired: {
    status: 422,
    title: 'This page has been open for more than a day.',
    detail: `${KEPT} Please send the form once more.`,
  },
  token_invalid: {
    status: 422,
    title: 'This page could not be recognized.',
    detail: `${KEPT} Please send the form once more.`,
  },
  submission_reused: {
    status: 409,
    title: 'Your first answers have arrived already.',
    detail: 'These are different ones and were not saved. Send the form once more to add them.',
  },
  lead_came_again: {
    status: 409,
    title: 'The same address has become another lead since.',
    detail: 'Nothing was brought back. Delete the other lead first, or go on with it.',
  },
  column_has_leads: {
    status: 409,
    title: 'This column has leads.',
    detail: 'Nothing was changed. Choose the column they go to.',
  },
  column_needed: {
    status: 409,
    title: 'A board needs an open column, where new leads come in.',
    detail: 'Nothing was changed. Add another open column first.',
  },
  too_many_columns: {
    status: 409,
    title: 'A board has at most 30 columns.',
    detail: 'Nothing was added.',
  },
  field_has_answers: {
    status: 409,
    title: 'A field that has answers cannot change its type.',
    detail: `${KEPT} Add a new field with another key, and leave this one out to archive it.`,
  },
  invalid_span: {
    status: 422,
    title: 'These figures cannot be read.',
    detail: 'Choose a first day before the last one, at most 731 days apart.',
  },
})

import { defineErrors } from '#platform/errors.ts'

/** What can be wrong with records and what is done to them. */
export const crmErrors = defineErrors('crm', {
  view_locked: {
    status: 403,
    title: 'This view is kept by somebody else.',
    detail: 'Nothing was saved. Save it as a view of your own, or ask its owner or an administrator.',
  },
  view_for_person: {
    status: 422,
    title: 'A personal view needs a person.',
    detail: 'Nothing was saved. A program saves shared views.',
  },
  too_many_views: {
    status: 409,
    title: 'There are too many views of this list.',
    detail: 'Nothing was saved. Delete a view that nobody uses.',
  },
  refusal_stays: {
    status: 409,
    title: 'Whom this is about was erased.',
    detail: 'Nothing was changed. The refusal stays, because nobody can be asked any more.',
  },
  not_undoable: {
    status: 409,
    title: 'This can no longer be taken back.',
    detail: 'Nothing was changed.',
  },
  not_running: {
    status: 409,
    title: 'This has ended already.',
    detail: 'Nothing was changed.',
  },
  too_many_acts: {
    status: 409,
    title: 'Enough changes of many records are under way.',
    detail: 'Nothing was started. Wait until one of them is done.',
  },
  email_taken: {
    status: 409,
    title: 'Somebody else has this e-mail address.',
    detail: 'Nothing was saved. An address belongs to one person; use another one, or merge the two.',
  },
  too_many_positions: {
    status: 409,
    title: 'This person has enough positions.',
    detail: 'Nothing was saved. Take one away first.',
  },
})

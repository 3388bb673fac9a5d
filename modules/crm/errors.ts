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
  credential_needed: {
    status: 422,
    title: 'This service asks for a key.',
    detail: 'Nothing was changed. Enter the key you have from the service.',
  },
  no_provider: {
    status: 409,
    title: 'No service is set up that could be asked.',
    detail: 'Nothing was asked. Turn one on in the settings under Enrichment.',
  },
  nothing_to_ask: {
    status: 409,
    title: 'Too little is known to ask a service.',
    detail:
      'Nothing was asked. A company needs its SIREN; a person needs a name and a company with a web address.',
  },
  refusal_stays: {
    status: 409,
    title: 'Whom this is about was erased.',
    detail: 'Nothing was changed. The refusal stays, because nobody can be asked any more.',
  },
  merged: {
    status: 404,
    title: 'This record was merged into another one.',
    detail: 'Everything about it is found there; `errors` has its id.',
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
  out_of_sight: {
    status: 403,
    title: 'You would not see this record afterwards.',
    detail: 'Nothing was saved. Make it your own, or ask somebody who sees more.',
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
  field_key_taken: {
    status: 409,
    title: 'Another field of these records has this key.',
    detail: 'Nothing was saved. Use another key; that of an archived field stays its own.',
  },
  too_many_fields: {
    status: 409,
    title: 'These records have as many fields as they can have.',
    detail: 'Nothing was saved. Delete a field that nobody uses.',
  },
  option_in_use: {
    status: 409,
    title: 'Records hold an option that would be gone.',
    detail: 'Nothing was saved. Archive it: it is offered no more, and they keep it.',
  },
  field_has_values: {
    status: 409,
    title: 'Records have values in this field.',
    detail: 'Nothing was deleted. Archive it to keep them, or delete it together with them.',
  },
  field_being_deleted: {
    status: 409,
    title: 'This field is being deleted.',
    detail: 'Nothing was saved. Its values are being taken away in the background.',
  },
  stage_asks: {
    status: 422,
    title: 'This stage asks for more.',
    detail: 'Nothing was saved. Fill in the named fields and send it again.',
  },
  stage_has_deals: {
    status: 409,
    title: 'There are deals in this stage.',
    detail: 'Nothing was changed. Say which stage they go to, or move them first.',
  },
  stage_needed: {
    status: 409,
    title: 'A pipeline needs a stage of each type.',
    detail: 'Nothing was changed. Add another open, won or lost stage first.',
  },
  too_many_stages: {
    status: 409,
    title: 'This pipeline has enough stages.',
    detail: 'Nothing was saved. Take one away first.',
  },
  last_pipeline: {
    status: 409,
    title: 'This is the only pipeline.',
    detail: 'Nothing was changed. Make another one first.',
  },
  pipeline_has_deals: {
    status: 409,
    title: 'Deals went through this pipeline.',
    detail: 'Nothing was deleted. Archive it to keep their history.',
  },
  too_many_pipelines: {
    status: 409,
    title: 'There are enough pipelines.',
    detail: 'Nothing was saved. Delete one that no deal went through first.',
  },
  too_many_lost_reasons: {
    status: 409,
    title: 'There are enough reasons.',
    detail: 'Nothing was saved. Take one away first.',
  },
  import_too_large: {
    status: 413,
    title: 'This file is too large.',
    detail: 'Nothing was stored. Divide it.',
  },
  import_offset: {
    status: 409,
    title: 'These bytes do not follow those that are there.',
    detail: 'Nothing was stored. Ask how many bytes are there and go on with the next one.',
  },
  import_no_table: {
    status: 422,
    title: 'This file cannot be read as a table.',
    detail: 'Nothing was taken in.',
  },
  import_state: {
    status: 409,
    title: 'The import is past that, or not yet there.',
    detail: 'Nothing was changed. Read it again to see where it is.',
  },
  import_unchecked: {
    status: 409,
    title: 'The whole file has not been checked with these choices.',
    detail: 'Nothing was taken in. Wait for the check, or correct what it found.',
  },
  import_date_order: {
    status: 409,
    title: 'Nobody can know whether day or month comes first in these dates.',
    detail: 'Nothing was taken in. Choose the order of the dates for the columns that ask for it.',
  },
  export_unknown_field: {
    status: 422,
    title: 'There is no such field.',
    detail: 'Nothing was exported.',
  },
  export_not_ready: {
    status: 409,
    title: 'The file is not there yet.',
    detail: 'Ask how far the export is, and for the file when it is done.',
  },
})

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
  too_many_lead_acts: {
    status: 409,
    title: 'Enough changes of many leads are under way.',
    detail: 'Nothing was started. Wait until one of them is done.',
  },
  lead_act_not_undoable: {
    status: 409,
    title: 'This can no longer be taken back.',
    detail: 'Nothing was changed.',
  },
  lead_act_not_running: {
    status: 409,
    title: 'This has ended already.',
    detail: 'Nothing was changed.',
  },
  proof_needed: {
    status: 428,
    title: 'Your browser is asked for a moment of work first.',
    detail: 'Your answers have arrived and are looked at. A page that can sends the proof by itself.',
  },
  captcha_secret_needed: {
    status: 422,
    title: 'The captcha needs its secret key.',
    detail: `${KEPT} Copy it from the service of the captcha.`,
  },
  sender_unknown: {
    status: 409,
    title: 'The sender of this submission is no longer kept here.',
    detail: 'Nothing was blocked. It was released: its lead has the address.',
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
  file_held_back: {
    status: 409,
    title: 'This file has not been scanned yet.',
    detail: 'It is given out as soon as the scanner has looked at it.',
  },
  too_many_sources: {
    status: 409,
    title: 'A workflow has at most 20 sources.',
    detail: 'Nothing was added.',
  },
  source_secret_unusable: {
    status: 422,
    title: 'This cannot be the secret of this source.',
    detail: 'Nothing was changed. Standard Webhooks asks for at least 16 bytes in base64.',
  },
  calendly_token: {
    status: 422,
    title: 'Calendly does not accept this token.',
    detail:
      'Nothing was saved. Make a personal access token in Calendly under Integrations, API and webhooks.',
  },
  calendly_plan: {
    status: 422,
    title: 'The plan of this Calendly account has no webhooks.',
    detail: 'Nothing was saved. Calendly offers them on paid plans only.',
  },
  calendly_not_allowed: {
    status: 422,
    title: 'Calendly does not let this token subscribe to these bookings.',
    detail: 'Nothing was saved.',
  },
  calendly_address: {
    status: 422,
    title: 'Calendly does not deliver to the address of this source.',
    detail:
      'Nothing was saved. The address has to begin with https and be reachable from the internet; PUBLIC_URL sets it.',
  },
  calendly_silent: {
    status: 503,
    title: 'Calendly did not answer as it should.',
    detail: 'Nothing was changed. Try again in a minute.',
  },
  calendly_connected: {
    status: 409,
    title: 'This source is connected with Calendly, which has the signing key.',
    detail: 'Nothing was changed. Connect again for another key, or disconnect first.',
  },
  delivery_refused: {
    status: 401,
    title: 'This delivery does not prove where it comes from.',
    detail: 'Nothing was kept. Check the secret and, where a time is signed, the clock of the sender.',
  },
  source_closed: {
    status: 410,
    title: 'This source is turned off.',
    detail: 'Nothing was kept of the delivery.',
  },
  mail_not_set_up: {
    status: 409,
    title: 'There is no address for e-mail yet.',
    detail: `${KEPT} Take e-mail in first.`,
  },
  mail_tag_taken: {
    status: 409,
    title: 'Another workflow has this word in its address.',
    detail: `${KEPT} Choose another one.`,
  },
  mail_not_a_lead: {
    status: 422,
    title: 'This e-mail names nobody who could be answered.',
    detail: `${KEPT} Enter the address of whoever it is from.`,
  },
  mail_is_lead: {
    status: 409,
    title: 'This e-mail has become a lead.',
    detail: 'Nothing was deleted. It goes by itself after 30 days; delete the lead where it should go.',
  },
  mail_harmful: {
    status: 409,
    title: 'The scanner found something harmful in this e-mail.',
    detail: 'It is not given out as it came. What it says can be read all the same.',
  },
  mailbox_unreachable: {
    status: 422,
    title: 'The mailbox could not be opened.',
    detail: `${KEPT} Check server, port, name and password.`,
  },
  too_many_mailboxes: {
    status: 409,
    title: 'At most 20 mailboxes are looked into.',
    detail: `${KEPT} Remove one first.`,
  },
  form_unpublished: {
    status: 409,
    title: 'Visitors see nothing of this form yet.',
    detail: 'Nothing was changed. Publish it first.',
  },
  field_in_use: {
    status: 409,
    title: 'The form or its draft asks for this.',
    detail: 'Nothing was changed. Take it out of both first.',
  },
  answers_would_go: {
    status: 409,
    title: 'This field has answers, and they would go with it.',
    detail: 'Nothing was deleted. Confirm with the number of answers.',
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
  partials_refused: {
    status: 409,
    title: 'This form keeps no answers before it is sent.',
    detail: KEPT,
  },
  partial_sent: {
    status: 409,
    title: 'These answers have been sent.',
    detail: 'Nothing was kept besides.',
  },
})

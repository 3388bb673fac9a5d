import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import type { TestKit } from '#test/database.ts'
import type { Form, FormDefinition } from './form-definition.ts'
import { saveForm } from './forms.ts'
import { type AcceptedSubmission, submitForm } from './submissions.ts'

/** A form such as most are. */
export const PROJECT_FORM: FormDefinition = {
  name: 'Project enquiry',
  title: 'Tell us about your project',
  intro: 'It takes a minute.\n\nWe answer within a day.',
  submitLabel: 'Send',
  thankYouTitle: 'Thank you',
  thankYouText: 'We will write to you.',
  status: 'published',
  fields: [
    { type: 'TEXT', key: 'name', label: 'Your name', required: true },
    { type: 'EMAIL', key: 'email', label: 'Your e-mail address', required: true },
    { type: 'DROPDOWN', key: 'budget', label: 'Budget', options: ['$500', '$5000', '$10000+'] },
    { type: 'NUMBER', key: 'seats', label: 'Seats', validation: { min: 1, max: 500, integer: true } },
    {
      type: 'DATE',
      key: 'start',
      label: 'Start',
      help: 'A guess is fine.',
      validation: { min: '2026-01-01' },
    },
    { type: 'TEXT', key: 'message', label: 'Message', validation: { maxLength: 2000, multiline: true } },
    { type: 'CHECKBOX', key: 'consent', label: 'You may write to me', required: true },
  ],
}

/** A form with all kinds of fields, some of which are asked by the answers above them. */
export const BRANCHING_FORM: FormDefinition = {
  ...PROJECT_FORM,
  fields: [
    { type: 'EMAIL', key: 'email', label: 'Your e-mail address', required: true },
    {
      type: 'MULTI_SELECT',
      key: 'services',
      label: 'What do you need?',
      help: 'As many as you like.',
      options: ['Design', 'Hosting', 'Support'],
      required: true,
      validation: { max: 2 },
    },
    {
      type: 'NUMBER',
      key: 'servers',
      label: 'How many servers?',
      required: true,
      visibleWhen: { conditions: [{ field: 'services', operator: 'contains', value: 'Hosting' }] },
    },
    {
      type: 'LONG_TEXT',
      key: 'plan',
      label: 'How do you back them up?',
      required: true,
      visibleWhen: { conditions: [{ field: 'servers', operator: 'at_least', value: '10' }] },
    },
    { type: 'CHECKBOX', key: 'call', label: 'Call me' },
    {
      type: 'PHONE',
      key: 'reach',
      label: 'Your number',
      required: true,
      visibleWhen: { conditions: [{ field: 'call', operator: 'is', value: 'true' }] },
    },
    { type: 'URL', key: 'site', label: 'Your site' },
    { type: 'HIDDEN', key: 'campaign', label: 'Campaign', prefill: { parameter: 'utm_campaign' } },
  ],
}

/** Answers that `PROJECT_FORM` accepts. */
export function goodAnswers(email = 'grace@example.com'): Record<string, string | number | boolean> {
  return { name: 'Grace Hopper', email, budget: '$5000', seats: 12, start: '2026-12-01', consent: true }
}

/** A form of a new workflow; `changes` replace parts of `PROJECT_FORM`. */
export function makeForm(
  kit: Kit,
  orgId: string,
  changes: Partial<FormDefinition> & { workflowId?: string } = {},
): Promise<Form> {
  const { workflowId = newId(), ...definition } = changes
  return asSystem(kit, orgId, ctx => saveForm(ctx, workflowId, { ...PROJECT_FORM, ...definition }))
}

/** Sends a form as a visitor. */
export function send(
  kit: Kit,
  form: Pick<Form, 'key'>,
  answers: Record<string, unknown> = goodAnswers(),
  submissionId = newId(),
): Promise<AcceptedSubmission> {
  return submitForm(kit, { formKey: form.key, submissionId, answers, address: '192.0.2.1' })
}

/**
 * Leads of a form that nobody sent, named by their number, the newest on top of the first column. Gives their ids, the oldest first.
 */
export async function makeLeads(
  t: Pick<TestKit, 'asSuperuser'>,
  { workflowId }: Pick<Form, 'workflowId'>,
  orgId: string,
  count: number,
  ownerUserId: string | null = null,
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId()).sort()
  await t.asSuperuser(
    `with given as (select * from unnest($3::uuid[], $4::uuid[]) with ordinality g (id, person_id, place)),
       people as (insert into crm.people (org_id, id, last_name) select $1, person_id, 'Lead ' || place from given returning id)
     insert into intake.leads (org_id, id, workflow_id, person_id, email, name, status, position, owner_user_id)
     select $1, g.id, $2, g.person_id, g.id || '@example.com', 'Lead ' || g.place, 'NEW', 'T' || lpad(g.place::text, 6, '0') || 'z', $5
     from given g where (select count(*) from people) > 0`,
    [orgId, workflowId, ids, ids.map(() => newId()), ownerUserId],
  )
  return ids
}

/** Runs work in an organization as no particular user. */
export function asSystem<T>(kit: Kit, orgId: string, work: (ctx: Context) => Promise<T>): Promise<T> {
  return inOrganization(kit, { orgId, actor: { type: 'system', name: 'test' } }, work)
}

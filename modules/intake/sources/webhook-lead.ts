import type { Context } from '#platform/context.ts'
import type { PublishedForm } from '../published-forms.ts'
import { storeSubmission } from '../submissions.ts'
import type { Delivery, Outcome } from './delivery-job.ts'
import type { Mapped } from './mapping.ts'
import type { WebhookSourceSettings } from './source-api.ts'

/**
 * Makes the lead of a delivery, or adds what it says to the one that its address has. The delivery's id is the id of the
 * submission, so that it happens once.
 */
export async function arriveByWebhook(
  ctx: Context,
  { delivery, form, settings }: { delivery: Delivery; form: PublishedForm; settings: WebhookSourceSettings },
  { email, name, phone, answers, problems }: Mapped,
): Promise<Outcome> {
  if (email === null) {
    return { status: 'failed', outcome: problems[0]?.message ?? 'There is no e-mail address.', problems }
  }
  const { leadId, isNew } = await storeSubmission(ctx, form, {
    submissionId: delivery.id,
    answers,
    arrival: {
      source: 'webhook',
      kind: 'WEBHOOK_RECEIVED',
      words: [`Came in by ${delivery.name}`, `Came in by ${delivery.name} again`],
      actor: 'system',
      metadata: { sourceId: delivery.sourceId, deliveryId: delivery.id, problems },
      who: { email, name: name ?? email, person: { fullName: name ?? undefined, phone: phone ?? undefined } },
      isSubmission: settings.startsRuns,
    },
  })
  const left =
    problems.length === 0
      ? ''
      : `, ${problems.length === 1 ? 'one answer was' : `${problems.length} answers were`} left out`
  return {
    status: 'done',
    outcome: `${isNew ? 'Made a lead' : 'Added to a lead that was there'}${left}.`,
    problems,
    leadId,
  }
}

/** What Calendly says of bookings. Source: Calendly, "Webhook payload" of API v2. */

import { z } from 'zod'
import { EmailAddress } from '#platform/contract/fields.ts'

const Text = z.string().nullish().catch(null)

const Payload = z.object({
  uri: z.string().min(1).max(500),
  email: z.string(),
  name: Text,
  first_name: Text,
  last_name: Text,
  text_reminder_number: Text,
  timezone: Text,
  cancel_url: Text,
  reschedule_url: Text,
  rescheduled: z.boolean().nullish().catch(null),
  old_invitee: Text,
  cancellation: z.object({ reason: Text, canceled_by: Text }).nullish().catch(null),
  questions_and_answers: z
    .array(z.object({ question: z.string(), answer: Text }))
    .nullish()
    .catch(null),
  scheduled_event: z
    .object({
      name: Text,
      start_time: Text,
      end_time: Text,
      location: z.object({ type: Text, location: Text, join_url: Text }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
})

const News = z.object({ event: z.string().max(100), payload: z.unknown() })

/** A booking that was made or canceled. */
export interface CalendlyNews {
  readonly isCanceled: boolean
  /** Who is invited to which meeting, as Calendly names it. */
  readonly invitee: string
  readonly email: string
  readonly name: string | null
  readonly phone: string | null
  readonly title: string
  /** RFC 3339, or null where Calendly says nothing that is a time. */
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly timeZone: string | null
  readonly place: string | null
  readonly joinUrl: string | null
  readonly rescheduleUrl: string | null
  readonly cancelUrl: string | null
  readonly reason: string | null
  /** It takes the place of another one, or another one takes its. */
  readonly isMove: boolean
  readonly questions: readonly { readonly question: string; readonly answer: string }[]
}

type Read =
  | { readonly news: CalendlyNews }
  /** Something else than a booking. */
  | { readonly ignored: string }
  | { readonly problem: string }

const TEXT_MAX = 500
const QUESTIONS_MAX = 20

/** Reads a delivery of Calendly. Never throws. */
export function readCalendly(body: unknown): Read {
  const said = News.safeParse(body)
  if (!said.success) return { problem: 'This is not what Calendly sends.' }
  const { event } = said.data
  if (event !== 'invitee.created' && event !== 'invitee.canceled') {
    return { ignored: `Nothing follows from “${event}”.` }
  }
  const read = Payload.safeParse(said.data.payload)
  if (!read.success) return { problem: 'The booking says no invitee and no e-mail address.' }
  const { uri, email, scheduled_event: meeting, ...payload } = read.data
  const address = EmailAddress.safeParse(email)
  if (!address.success) return { problem: 'The e-mail address of the booking is none.' }
  const whole = [payload.first_name, payload.last_name].filter(Boolean).join(' ')
  const isCanceled = event === 'invitee.canceled'
  return {
    news: {
      isCanceled,
      invitee: uri,
      email: address.data,
      name: cut(payload.name) ?? cut(whole),
      phone: cut(payload.text_reminder_number),
      title: cut(meeting?.name) ?? 'a meeting',
      startsAt: instant(meeting?.start_time),
      endsAt: instant(meeting?.end_time),
      timeZone: cut(payload.timezone),
      place: cut(meeting?.location?.location),
      joinUrl: link(meeting?.location?.join_url),
      rescheduleUrl: link(payload.reschedule_url),
      cancelUrl: link(payload.cancel_url),
      reason: cut(payload.cancellation?.reason),
      isMove: isCanceled ? payload.rescheduled === true : payload.old_invitee != null,
      questions: (payload.questions_and_answers ?? []).slice(0, QUESTIONS_MAX).flatMap(asked => {
        const [question, answer] = [cut(asked.question), cut(asked.answer)]
        return question === null || answer === null ? [] : [{ question, answer }]
      }),
    },
  }
}

/** What names the delivery: Calendly sends the same again until it is answered. */
export function calendlyKey(body: unknown): string | undefined {
  const read = readCalendly(body)
  return 'news' in read ? `${read.news.isCanceled ? 'canceled' : 'created'} ${read.news.invitee}` : undefined
}

function cut(text: string | null | undefined): string | null {
  const bare = text?.trim() ?? ''
  return bare === '' ? null : [...bare.slice(0, 2 * TEXT_MAX)].slice(0, TEXT_MAX).join('')
}

/** An instant that a database can keep and a calendar can show. */
function instant(text: string | null | undefined): string | null {
  const at = /^\d{4}-\d\d-\d\dT/.test(text ?? '') ? new Date(text ?? '') : null
  return at && Number.isFinite(at.getTime()) ? at.toISOString() : null
}

/** The address of a page and nothing that a click would run. */
function link(text: string | null | undefined): string | null {
  const url = URL.parse(text ?? '')
  return url?.protocol === 'https:' && url.href.length <= 2_000 ? url.href : null
}

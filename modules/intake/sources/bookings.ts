import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { bookingCanceled, bookingCreated } from '../events.ts'
import { moveLead } from '../lead-moves.ts'
import type { PublishedForm } from '../published-forms.ts'
import { storeSubmission } from '../submissions.ts'
import type { CalendlyNews } from './calendly.ts'
import type { Delivery, Outcome } from './delivery-job.ts'
import type { CalendlySourceSettings } from './source-api.ts'

interface Booking {
  id: string
  is_booking_told: boolean
  is_cancel_told: boolean
  is_lead_there: boolean
}

const KNOWN = `
  select b.id, b.is_booking_told, b.is_cancel_told, l.deleted_at is null as is_lead_there
  from intake.bookings b join intake.leads l on l.org_id = $1 and l.id = b.lead_id
  where b.org_id = $1 and b.source_id = $2 and b.invitee = $3`

/** What is told of a booking adds up, in whichever order it comes. */
const NOTE = `
  insert into intake.bookings (org_id, id, source_id, lead_id, invitee, title, starts_at, ends_at, is_booking_told,
    is_cancel_told, is_moved)
  values ($1, $2, $3, $4, $5, $6, $7, $8, not $9, $9, $10)
  on conflict on constraint bookings_invitee do update
  set is_booking_told = bookings.is_booking_told or excluded.is_booking_told,
    is_cancel_told = bookings.is_cancel_told or excluded.is_cancel_told,
    is_moved = bookings.is_moved or excluded.is_moved`

/** Where the lead stands, and whether it has another meeting to come. */
const PLACE = `
  select l.status, l.person_id,
    (select s.kind from intake.lead_statuses s
     where s.org_id = $1 and s.workflow_id = l.workflow_id and s.status = l.status) as kind,
    exists (select from intake.lead_statuses s
     where s.org_id = $1 and s.workflow_id = l.workflow_id and s.status = $3) as is_target_there,
    exists (select from intake.bookings b
     where b.org_id = $1 and b.lead_id = l.id and b.invitee <> $4 and b.is_booking_told and not b.is_cancel_told) as has_other
  from intake.leads l where l.org_id = $1 and l.id = $2 and l.deleted_at is null`

const DELETED = 'The lead of this booking was deleted.'

interface Place {
  status: string
  person_id: string
  kind: 'open' | 'won' | 'lost' | null
  is_target_there: boolean
  has_other: boolean
}

export interface BookingOf {
  readonly delivery: Delivery
  readonly form: PublishedForm
  readonly settings: CalendlySourceSettings
}

/**
 * Puts a booking, or that it was canceled, on the lead of its e-mail address, which is made when there is none, and moves the lead
 * as the settings say. The caller holds the row of the source, so that one booking is told of by one at a time. What was
 * told before is ignored; a booking that was canceled before it was heard of moves nobody.
 */
export async function applyBooking(ctx: Context, of: BookingOf, news: CalendlyNews): Promise<Outcome> {
  const { delivery, form } = of
  const found = await ctx.db.query<Booking>(KNOWN, [ctx.orgId, delivery.sourceId, news.invitee])
  const known = found.rows[0]
  if (news.isCanceled ? known?.is_cancel_told : known?.is_booking_told) {
    return { status: 'ignored', outcome: 'This was told before.' }
  }
  if (known && !known.is_lead_there) return { status: 'ignored', outcome: DELETED }
  const bookingId = known?.id ?? newId()
  const words = wordsOf(news)
  const { leadId } = await storeSubmission(ctx, form, {
    submissionId: delivery.id,
    answers: {},
    arrival: {
      source: 'calendly',
      kind: news.isCanceled ? 'BOOKING_CANCELED' : 'BOOKING_CREATED',
      words: [words, words],
      actor: 'system',
      metadata: { sourceId: delivery.sourceId, bookingId, ...toldOf(news) },
      who: {
        email: news.email,
        name: news.name ?? news.email,
        person: { fullName: news.name ?? undefined, phone: news.phone ?? undefined },
      },
      isSubmission: false,
    },
  })
  if (leadId === null) return { status: 'ignored', outcome: DELETED }
  await ctx.db.query(NOTE, [
    ctx.orgId,
    bookingId,
    delivery.sourceId,
    leadId,
    news.invitee,
    news.title,
    news.startsAt,
    news.endsAt,
    news.isCanceled,
    news.isCanceled && news.isMove,
  ])
  const place = await placeOf(ctx, of, news, leadId)
  await publish(ctx, news.isCanceled ? bookingCanceled : bookingCreated, {
    subjects: [
      { type: 'lead', id: leadId },
      { type: 'workflow', id: form.workflowId },
      { type: 'person', id: place.person_id },
    ],
    payload: {
      leadId,
      workflowId: form.workflowId,
      bookingId,
      title: news.title,
      startsAt: news.startsAt,
      endsAt: news.endsAt,
      isMove: news.isMove,
    },
  })
  const moved = await move(ctx, { of, news, leadId, place, wasCanceled: known?.is_cancel_told === true })
  return { status: 'done', outcome: `${words}. ${moved}`, leadId }
}

async function placeOf(ctx: Context, of: BookingOf, news: CalendlyNews, leadId: string): Promise<Place> {
  const target = news.isCanceled ? of.settings.canceledStatus : of.settings.bookedStatus
  const found = await ctx.db.query<Place>(PLACE, [ctx.orgId, leadId, target, news.invitee])
  const place = found.rows[0]
  if (!place) throw new Error('The lead of a booking is gone in the middle of it.')
  return place
}

interface Moving {
  readonly of: BookingOf
  readonly news: CalendlyNews
  readonly leadId: string
  readonly place: Place
  readonly wasCanceled: boolean
}

/** Moves the lead where it has to go, and says what came of it. */
async function move(ctx: Context, { of, news, leadId, place, wasCanceled }: Moving): Promise<string> {
  const { bookedStatus, canceledStatus } = of.settings
  const target = news.isCanceled ? canceledStatus : bookedStatus
  if (target === null) return 'The lead stays where it is.'
  if (news.isCanceled && news.isMove) return 'Another meeting takes its place, so the lead stays.'
  if (news.isCanceled && place.has_other) return 'The lead has another meeting, so it stays.'
  if (news.isCanceled && place.status !== bookedStatus) return 'The lead has moved on, so it stays.'
  if (!news.isCanceled && wasCanceled) return 'It was canceled already, so the lead stays.'
  if (place.kind === 'won') return 'The lead is won, so it stays.'
  if (place.status === target) return 'The lead is in its column.'
  if (!place.is_target_there) return 'The board has no such column any more, so the lead stays.'
  await moveLead(ctx, leadId, { status: target })
  return 'The lead was moved.'
}

/** What stays on record of it at the lead. */
function toldOf(news: CalendlyNews): Record<string, unknown> {
  const { isCanceled: _, email: _email, name: _name, phone: _phone, invitee: _invitee, ...told } = news
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null))
}

function wordsOf({ isCanceled, isMove, title, startsAt, reason }: CalendlyNews): string {
  const at = startsAt === null ? '' : ` for ${momentOf(startsAt)}`
  if (!isCanceled) return isMove ? `Booked another time for “${title}”${at}` : `Booked “${title}”${at}`
  if (isMove) return `Gave up the time of “${title}”${at.replace(' for ', ', ')}, for another one`
  return `Canceled “${title}”${at}${reason === null ? '' : `: ${reason}`}`
}

const MOMENT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

function momentOf(at: string): string {
  return `${MOMENT.format(new Date(at))} UTC`
}

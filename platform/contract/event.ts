import type { z } from 'zod'
import type { Actor } from './actor.ts'

/** What an event is about, for timelines and live updates: `{ type: 'lead', id }`. */
export interface Subject {
  readonly type: string
  readonly id: string
}

/** A kind of event: dotted type, version and payload schema, declared in a module's contract. */
export interface EventKind<S extends z.ZodType = z.ZodType> {
  readonly type: string
  readonly version: number
  readonly payload: S
  readonly summary: string
}

/** Declares a kind of event. The type is the name used in triggers, webhooks, analytics and the API. */
export function defineEvent<S extends z.ZodType>(kind: EventKind<S>): EventKind<S> {
  return Object.freeze(kind)
}

/** An event as it was published. `payload` has been parsed by the kind's schema. */
export interface PublishedEvent<P = unknown> {
  readonly id: string
  readonly orgId: string
  readonly type: string
  readonly version: number
  readonly subjects: readonly Subject[]
  readonly payload: P
  /** Whose doing it was. */
  readonly actor: Actor
  readonly at: Date
}

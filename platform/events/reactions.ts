import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { EventKind, PublishedEvent } from '../contract/event.ts'

/**
 * What a module does when an event happens.
 * `with` runs in the publisher's own transaction: both happen or neither does.
 * `after` runs in a transaction of its own soon after the commit, exactly once for its database writes.
 */
export interface Reaction {
  /** Unique name, `module.verb`, kept in failed reactions; never reuse it for something else. */
  readonly id: string
  readonly on: string
  readonly timing: 'with' | 'after'
  /**
   * An `after` reaction whose writes are the same in whatever order events come. Those of all events of a batch then run side by side,
   * behind the others, and what they ask together is asked once.
   */
  readonly isOrderFree: boolean
  readonly run: (ctx: Context, event: PublishedEvent) => Promise<void>
}

/** Declares a reaction to one kind of event; the payload has the kind's type. */
export function react<S extends z.ZodType>(
  kind: EventKind<S>,
  timing: Reaction['timing'],
  id: string,
  run: (ctx: Context, event: PublishedEvent<z.output<S>>) => Promise<void>,
  { isOrderFree = false }: { isOrderFree?: boolean } = {},
): Reaction {
  // The registry hands a reaction only events of its own type, whose payload publish() parsed with this schema.
  return { id, on: kind.type, timing, isOrderFree, run: run as Reaction['run'] }
}

/** All reactions of the program, by event type. */
export interface Reactions {
  of(type: string, timing: Reaction['timing']): readonly Reaction[]
  byId(id: string): Reaction | undefined
}

/** Builds the registry from the one page that lists them. Throws when an id is used twice. */
export function createReactions(list: readonly Reaction[]): Reactions {
  const byId = new Map<string, Reaction>()
  const groups = new Map<string, Reaction[]>()
  for (const reaction of list) {
    if (byId.has(reaction.id)) throw new Error(`The reaction id ${reaction.id} is used twice.`)
    byId.set(reaction.id, reaction)
    const group = `${reaction.timing} ${reaction.on}`
    groups.set(group, [...(groups.get(group) ?? []), reaction])
  }
  return {
    of: (type, timing) => groups.get(`${timing} ${type}`) ?? [],
    byId: id => byId.get(id),
  }
}

import { type Reaction, react } from '#platform/events/reactions.ts'
import { eventKinds } from './event-kinds.ts'
import { hearEvent } from './event-triggers.ts'
import { fileEvent } from './event-waits.ts'

const nameOf = (type: string) => type.replaceAll('.', '_')

/** How workflows hear of every kind of event that may start them or that their runs may wait for. */
export const eventReactions: readonly Reaction[] = eventKinds.flatMap(({ kind, waitBy }) => [
  ...(waitBy === null ? [] : [react(kind, 'with', `flow.file_${nameOf(kind.type)}`, fileEvent)]),
  react(kind, 'after', `flow.hear_${nameOf(kind.type)}`, hearEvent),
])

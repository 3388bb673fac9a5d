import type { Reaction } from '#platform/events/reactions.ts'

/** Event → reaction, the whole choreography of the product on one page. */
export const subscriptions: readonly Reaction[] = []

import type { Principal } from '#platform/http/handlers.ts'
import type { LiveMessage } from '#platform/live/message.ts'

/**
 * What of a message somebody may hear: all of it, the message without the records that are hidden from them, or nothing
 * (undefined). Called for every message of every stream, so it decides by what the principal brings along.
 */
export function hearable(_principal: Principal, message: LiveMessage): LiveMessage | undefined {
  return message
}

import type { Subject } from '../contract/event.ts'

/** What a live view hears: that something changed, never the content, which it reads with its own rights. */
export interface LiveMessage {
  readonly id: string
  readonly orgId: string
  readonly type: string
  /** The records it is about. With `many`, only those that most of the changes have in common. */
  readonly subjects: readonly Subject[]
  /** Stands for so many changes of its type that they are not told one by one. */
  readonly many?: true
}

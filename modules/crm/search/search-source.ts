import type { Context } from '#platform/context.ts'
import type { Permission } from '#platform/contract/route.ts'
import type { SearchObject } from './search-api.ts'

/** Something of another module that answers a search. */
export interface FoundElsewhere {
  readonly id: string
  readonly name: string
  readonly detail: string | null
  readonly lastActivityAt: string | null
  /** The person that it was found by; absent where its own name was it. */
  readonly personId?: string
}

/** What is looked for, as sources are asked for it. */
export interface SourceQuestion {
  /** Whether all words are in a text, whatever its case and accents. */
  matches(text: string): boolean
  /** The people that answer the search, the best first. */
  readonly personIds: readonly string[]
  readonly limit: number
}

/**
 * What other modules bring to a search. The programs join them. What a source gives has been asked for as the one who looks, so it
 * shows no more than they may see.
 */
export interface SearchSource {
  readonly object: Exclude<SearchObject, 'company' | 'person' | 'deal'>
  /** What one must be allowed to find its things. */
  readonly read: Permission
  /** At most `limit` of them, the best first. */
  find(ctx: Context, question: SourceQuestion): Promise<readonly FoundElsewhere[]>
}

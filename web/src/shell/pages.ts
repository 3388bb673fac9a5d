/** Answers that were read page by page. Pure. */

import type { InfiniteData } from '@tanstack/react-query'

export type Pages<Item> = InfiniteData<{ items: Item[]; nextCursor: string | null }>

/** The pages without what has left the list: it goes at once, and what had to stay comes back when they are read anew. */
export function pagesWithout<Item>(
  pages: Pages<Item> | undefined,
  isGone: (item: Item) => boolean,
): Pages<Item> | undefined {
  return (
    pages && {
      ...pages,
      pages: pages.pages.map(page => ({ ...page, items: page.items.filter(item => !isGone(item)) })),
    }
  )
}

interface Readable {
  readonly id: string
  readonly readAt: string | null
}

interface PageOf<Item extends Readable> {
  readonly items: readonly Item[]
  readonly unreadCount: number
}

/**
 * The loaded notifications after some were marked as read: the named ones, or all up to and including one.
 * Identifiers grow with time, so "up to" compares them as text.
 */
export function withRead<
  Item extends Readable,
  P extends PageOf<Item>,
  Data extends { readonly pages: readonly P[] },
>(data: Data, marked: { readonly ids: readonly string[] } | { readonly upTo: string }, at: string): Data {
  const isMarked = (item: Item) =>
    item.readAt === null && ('ids' in marked ? marked.ids.includes(item.id) : item.id <= marked.upTo)
  const count = data.pages.flatMap(page => page.items).filter(isMarked).length
  return {
    ...data,
    pages: data.pages.map(page => ({
      ...page,
      unreadCount: 'upTo' in marked ? 0 : Math.max(0, page.unreadCount - count),
      items: page.items.map(item => (isMarked(item) ? { ...item, readAt: at } : item)),
    })),
  }
}

interface Page<Item> {
  readonly items: readonly Item[]
}

/** The loaded messages with one of them changed; the same object when it is not among them. */
export function withStatus<
  Item extends { readonly id: string; readonly status: string },
  P extends Page<Item>,
  Data extends { readonly pages: readonly P[] },
>(data: Data, id: string, status: Item['status']): Data {
  const isThere = data.pages.some(page => page.items.some(item => item.id === id))
  if (!isThere) return data
  return {
    ...data,
    pages: data.pages.map(page => ({
      ...page,
      items: page.items.map(item => (item.id === id ? { ...item, status } : item)),
    })),
  }
}

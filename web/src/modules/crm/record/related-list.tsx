import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { problemWords } from '../../../shell/problem.ts'
import { Bar } from '../../../ui/skeleton.tsx'
import classes from './related-list.module.css'

interface RelatedListProps<Item> {
  title: string
  heading: 'h2' | 'h3'
  /** Beside the title: how many, what they are worth. */
  total?: string | undefined
  /** An act beside the title. */
  action?: ReactNode
  query: {
    readonly data: { readonly items: readonly Item[]; readonly nextCursor: string | null } | undefined
    readonly error: Error | null
  }
  itemId: (item: Item) => string
  children: (item: Item) => ReactNode
  /** The sentence for none. */
  none: string
}

const SHOWN_AT_FIRST = 5

/** Records that belong to one: the first five, and the others on demand. */
export function RelatedList<Item>(props: RelatedListProps<Item>) {
  const { title, total, action, query, itemId, children, none } = props
  const [whole, setWhole] = useState(false)
  const items = query.data?.items ?? []
  const shown = whole ? items : items.slice(0, SHOWN_AT_FIRST)
  const hidden = items.length - shown.length
  return (
    <section aria-label={title}>
      <div className={classes.head}>
        <props.heading className={classes.title}>{title}</props.heading>
        {total ? <span className={classes.total}>{total}</span> : null}
        {action ? <span className={classes.action}>{action}</span> : null}
      </div>
      {query.error ? <p className={classes.none}>{problemWords(query.error).what}</p> : null}
      {query.data || query.error ? null : (
        <div className={`${classes.wait} appear-late`}>
          <Bar width="60%" />
        </div>
      )}
      {query.data && items.length === 0 ? <p className={classes.none}>{none}</p> : null}
      <ul>
        {shown.map(item => (
          <li key={itemId(item)} className={classes.item}>
            {children(item)}
          </li>
        ))}
      </ul>
      {hidden > 0 ? (
        <Button variant="subtle" size="xs" className={classes.more} onClick={() => setWhole(true)}>
          {query.data?.nextCursor ? `Show the first ${items.length}` : `Show all ${items.length}`}
        </Button>
      ) : null}
    </section>
  )
}

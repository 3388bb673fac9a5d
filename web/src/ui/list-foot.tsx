import { Button } from '@mantine/core'
import classes from './list-foot.module.css'

interface ListFootProps {
  count: number
  one: string
  many: string
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
}

/** How many are shown, and the way to more. */
export function ListFoot({ count, one, many, list }: ListFootProps) {
  return (
    <footer className={classes.foot}>
      <span>
        {count} {count === 1 ? one : many}
      </span>
      {list.hasNextPage ? (
        <Button size="xs" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          Load more
        </Button>
      ) : null}
    </footer>
  )
}

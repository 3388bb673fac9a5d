import classes from './skeleton.module.css'

/** One grey bar, as long as the text that will replace it. Lengths are CSS values. */
export function Bar({ width, height = '0.625rem' }: { width: string; height?: string | undefined }) {
  return <span className={classes.bar} style={{ width, height }} />
}

const rowWidths = ['62%', '48%', '71%', '55%', '66%', '43%', '58%', '69%', '51%', '64%']

/** Rows of a table in their final height. Appears only when the wait has lasted 150 ms. */
export function TableSkeleton({ rows = 10 }: { rows?: number | undefined }) {
  return (
    <div className={`${classes.table} appear-late`} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // The rows are alike and never move, so their place is their identity.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div className={classes.row} key={index}>
          <Bar width={rowWidths[index % rowWidths.length] ?? '60%'} />
          <Bar width="40%" />
          <Bar width="30%" />
        </div>
      ))}
    </div>
  )
}

/** Columns of a board with cards in their final size. */
export function BoardSkeleton({ columns = 5 }: { columns?: number | undefined }) {
  return (
    <div className={`${classes.board} appear-late`} role="status" aria-label="Loading">
      {Array.from({ length: columns }, (_, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns are alike and never move
        <div className={classes.column} key={column}>
          <Bar width="5rem" />
          {Array.from({ length: Math.max(1, 3 - (column % 3)) }, (_, card) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the cards are alike and never move
            <div className={classes.card} key={card}>
              <Bar width="70%" />
              <Bar width="45%" />
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}

/** A record page: its head and a few lines. */
export function RecordSkeleton() {
  return (
    <div className={`${classes.record} appear-late`} role="status" aria-label="Loading">
      <Bar width="14rem" height="1.25rem" />
      <Bar width="22rem" />
      <Bar width="18rem" />
      <Bar width="20rem" />
    </div>
  )
}

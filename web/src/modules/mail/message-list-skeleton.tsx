import { Bar } from '../../ui/skeleton.tsx'
import classes from './message-list.module.css'

const widths = ['58%', '72%', '49%', '66%', '54%', '70%', '61%', '45%']

/** The list in its final layout while it is being read. */
export function MessageListSkeleton() {
  return (
    <div className={`${classes.list} appear-late`} role="status" aria-label="Loading messages">
      {widths.map(width => (
        <div key={width} className={classes.skeleton}>
          <Bar width="45%" />
          <Bar width={width} />
          <Bar width="85%" />
        </div>
      ))}
    </div>
  )
}

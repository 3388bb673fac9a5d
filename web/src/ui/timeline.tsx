import type { ReactNode } from 'react'
import { RelativeTime } from './relative-time.tsx'
import { dayWords } from './time.ts'
import classes from './timeline.module.css'
import { useNow } from './use-now.ts'

export interface TimelineItem {
  id: string
  /** RFC 3339 text. */
  at: string
  icon: ReactNode
  /** Who or what did it: a person, a form, a run. */
  actor: ReactNode
  /** What happened, continuing the sentence: "moved it to Qualified". */
  words: ReactNode
  /** More of it: the text of a note, the subject of an e-mail. */
  body?: ReactNode
}

function byDay(items: readonly TimelineItem[], now: number): { day: string; items: TimelineItem[] }[] {
  const days: { day: string; items: TimelineItem[] }[] = []
  for (const item of items) {
    const day = dayWords(Date.parse(item.at), now)
    const last = days[days.length - 1]
    if (last?.day === day) last.items.push(item)
    else days.push({ day, items: [item] })
  }
  return days
}

/** What happened to a record, newest first, in groups by day. */
export function Timeline({ items }: { items: readonly TimelineItem[] }) {
  const now = useNow()
  return (
    <div className={classes.timeline}>
      {byDay(items, now).map(group => (
        <section key={group.day}>
          <h3 className={classes.day}>{group.day}</h3>
          <ol className={classes.items}>
            {group.items.map(item => (
              <li className={classes.item} key={item.id}>
                <span className={classes.icon} aria-hidden="true">
                  {item.icon}
                </span>
                <div className={classes.words}>
                  <p>
                    <span className={classes.actor}>{item.actor}</span> {item.words}{' '}
                    <span className={classes.time}>
                      <RelativeTime at={item.at} />
                    </span>
                  </p>
                  {item.body ? <div className={classes.body}>{item.body}</div> : null}
                </div>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

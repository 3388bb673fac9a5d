import { Button } from '@mantine/core'
import { X } from 'lucide-react'
import { IconButton } from '../ui/icon-button.tsx'
import { type News, newsWords } from './draft-news.ts'
import classes from './news-notice.module.css'

/** A conflict in words: what it is about, and what it is on each side. */
interface ConflictWords {
  readonly key: string
  readonly about: string
  readonly mine: string
  readonly theirs: string
}

interface NewsNoticeProps<Conflict> {
  news: News<Conflict>
  /** What is edited, such as “workflow”. */
  what: string
  /** Where it stands. */
  className: string | undefined
  wordsOf: (conflict: Conflict) => ConflictWords
  onTake: (conflict: Conflict) => void
  onKeep: (conflict: Conflict) => void
  /** What shows the place a conflict is about, where there is one. */
  showOf?: (conflict: Conflict) => (() => void) | undefined
  onClose: () => void
}

/** Says what somebody else did meanwhile, and offers theirs where both did the same. */
export function NewsNotice<Conflict>({
  news,
  what,
  className,
  wordsOf,
  onTake,
  onKeep,
  showOf,
  onClose,
}: NewsNoticeProps<Conflict>) {
  return (
    <section className={className} aria-label="What others changed">
      <header className={classes.head}>
        <p className={classes.said}>{newsWords(news, what)}</p>
        <IconButton label="Close" size="sm" onClick={onClose}>
          <X size={14} />
        </IconButton>
      </header>
      {news.conflicts.map(conflict => {
        const { key, about, mine, theirs } = wordsOf(conflict)
        const show = showOf?.(conflict)
        return (
          <div key={key} className={classes.conflict}>
            <strong>{about}</strong>
            <p className={classes.value}>Yours: {cut(mine)}</p>
            <p className={classes.value}>
              {news.by ?? 'Theirs'}: {cut(theirs)}
            </p>
            <div className={classes.acts}>
              <Button size="compact-xs" onClick={() => onTake(conflict)}>
                Take theirs
              </Button>
              <Button size="compact-xs" onClick={() => onKeep(conflict)}>
                Keep yours
              </Button>
              {show ? (
                <Button size="compact-xs" variant="subtle" onClick={show}>
                  Show
                </Button>
              ) : null}
            </div>
          </div>
        )
      })}
    </section>
  )
}

const cut = (text: string) => (text.length > 120 ? `${text.slice(0, 119)}…` : text)

import classes from './dot.module.css'

export type DotTone = 'neutral' | 'accent' | 'info' | 'good' | 'wait' | 'bad'

/** A coloured dot before a word, for columns and unread marks. Never the only carrier of a meaning. */
export function Dot({ tone }: { tone: DotTone }) {
  return <span className={classes.dot} data-tone={tone} aria-hidden="true" />
}

import classes from './mark.module.css'

const paddles = [0, 60, 120, 180, 240, 300]

/** The mill wheel with six paddles, in the accent. Decorative: the word beside it carries the name. */
export function Mark({ size = 20 }: { size?: number | undefined }) {
  return (
    <svg className={classes.mark} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="4.5" fill="none" stroke="currentColor" strokeWidth="2.5" />
      {paddles.map(angle => (
        <path
          key={angle}
          d="M12 7.4C12.2 5 13.4 3.2 15.6 2.2"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.5"
          strokeLinecap="round"
          transform={`rotate(${angle} 12 12)`}
        />
      ))}
    </svg>
  )
}

/** Mark and word mark, for the sign-in page and the rail. */
export function WordMark({ size = 20 }: { size?: number | undefined }) {
  return (
    <span className={classes.word}>
      <Mark size={size} />
      Millrace
    </span>
  )
}

import { Mark, WordMark } from '../ui/mark.tsx'
import classes from './gallery.module.css'
import { Part, Sample } from './sample.tsx'

const groups = {
  Surfaces: ['sunken', 'surface', 'raised', 'overlay', 'track'],
  Lines: ['line', 'line-strong', 'line-control'],
  Text: ['text', 'text-2', 'text-3'],
  Accent: ['accent', 'accent-hover', 'accent-text', 'accent-line', 'accent-soft', 'accent-softer', 'focus'],
  Status: ['neutral', 'info', 'good', 'wait', 'bad', 'info-soft', 'good-soft', 'wait-soft', 'bad-soft'],
}

/** Mark, colours and type. */
export function ColorSection() {
  return (
    <Sample name="Foundations">
      <Part name="Mark">
        <div className={classes.row}>
          <Mark size={16} />
          <Mark size={20} />
          <Mark size={32} />
          <Mark size={64} />
          <WordMark />
          <WordMark size={28} />
        </div>
      </Part>
      {Object.entries(groups).map(([name, tokens]) => (
        <Part key={name} name={name}>
          <div className={classes.row}>
            {tokens.map(token => (
              <span key={token} className={classes.swatch}>
                <span className={classes.chip} style={{ background: `var(--${token})` }} />
                {token}
              </span>
            ))}
          </div>
        </Part>
      ))}
      <Part name="Type">
        <p style={{ fontSize: 'var(--fs-display)', lineHeight: 'var(--lh-display)', fontWeight: 600 }}>
          24 A form submission becomes a lead
        </p>
        <p style={{ fontSize: 'var(--fs-title)', lineHeight: 'var(--lh-title)', fontWeight: 600 }}>
          20 A workflow reacts durably
        </p>
        <p>13.5 People and AI answer and follow up by e-mail, a deal moves over a board, money arrives.</p>
        <p style={{ color: 'var(--text-2)' }}>13.5 Secondary text on the same line height.</p>
        <p style={{ fontSize: 'var(--fs-small)', color: 'var(--text-2)' }}>
          12 Labels, hints, times. 0123456789
        </p>
      </Part>
    </Sample>
  )
}

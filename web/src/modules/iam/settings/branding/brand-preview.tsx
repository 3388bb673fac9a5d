import type { CSSProperties } from 'react'
import { WordMark } from '../../../../ui/mark.tsx'
import { brandStyle } from '../../use-branding.ts'
import classes from './branding.module.css'

interface BrandPreviewProps {
  theme: 'light' | 'dark'
  color: string | null
  logoUrl: string | null
  name: string
}

/** The sign-in page and a form, small and without life, in one theme. */
export function BrandPreview({ theme, color, logoUrl, name }: BrandPreviewProps) {
  const style: CSSProperties = { ...brandStyle(color), colorScheme: theme }
  const head = logoUrl ? <img className={classes.small} src={logoUrl} alt="" /> : null
  return (
    <figure className={classes.preview}>
      <div className={classes.sheets} style={style} inert aria-hidden="true">
        <div className={classes.sheet}>
          <div className={classes.top}>{head ?? <WordMark size={14} />}</div>
          <p className={classes.heading}>Sign in</p>
          <Field label="E-mail" />
          <span className={classes.button}>Sign in</span>
          <p className={classes.foot}>
            New here? <span className={classes.link}>Create an account</span>
          </p>
        </div>
        <div className={classes.sheet}>
          <div className={classes.top}>{head ?? <span className={classes.strong}>{name}</span>}</div>
          <p className={classes.heading}>How can we help?</p>
          <Field label="Your name" focused />
          <span className={classes.button}>Send</span>
        </div>
      </div>
      <figcaption className={classes.caption}>{theme === 'light' ? 'Light' : 'Dark'}</figcaption>
    </figure>
  )
}

function Field({ label, focused = false }: { label: string; focused?: boolean }) {
  return (
    <span className={classes.field}>
      {label}
      <span className={classes.box} data-focused={focused} />
    </span>
  )
}

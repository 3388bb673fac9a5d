import type { ReactNode } from 'react'
import { WordMark } from '../../ui/mark.tsx'
import { OverlayRoot } from '../../ui/overlay-root.tsx'
import classes from './entrance.module.css'
import { brandStyle, useBranding } from './use-branding.ts'

/** The frame of the pages before one is signed in. It wears the look of the organization that it was reached by. */
export function Entrance({
  title,
  children,
  footer,
}: {
  title: string
  children: ReactNode
  footer: ReactNode
}) {
  const brand = useBranding()
  return (
    <div className={classes.page} style={brandStyle(brand?.accentColor)}>
      <header className={classes.top}>
        {brand?.logoUrl ? (
          <img className={classes.logo} src={brand.logoUrl} alt={brand.name} />
        ) : brand === undefined ? null : brand.name === 'Millrace' ? (
          <WordMark />
        ) : (
          <span className={classes.brand}>{brand.name}</span>
        )}
      </header>
      <main className={classes.main}>
        <h1 className={classes.title}>{title}</h1>
        {children}
        <p className={classes.footer}>{footer}</p>
        <OverlayRoot />
      </main>
    </div>
  )
}

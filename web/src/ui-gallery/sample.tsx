import type { ReactNode } from 'react'
import classes from './gallery.module.css'

/** One shared piece. */
export function Sample({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className={classes.sample} aria-label={name}>
      <h2 className={classes.name}>{name}</h2>
      {children}
    </section>
  )
}

/** One state of it. */
export function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.part}>
      <h3 className={classes.partName}>{name}</h3>
      {children}
    </div>
  )
}

import type { ReactNode } from 'react'
import classes from './figure-table.module.css'

interface FigureSectionProps {
  title: string
  /** Stands at the end of the line of the title. */
  aside?: ReactNode
  children: ReactNode
}

/** A part of a page of figures. */
export function FigureSection({ title, aside, children }: FigureSectionProps) {
  return (
    <section>
      <header className={classes.head}>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

/** A table of a few lines that is read, not worked in; its cells are th, td and those below. */
export function FigureTable({ head, children }: { head: ReactNode; children: ReactNode }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>{head}</tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

interface CellProps {
  /** Whether it is left out on a phone. */
  isWide?: boolean
  children: ReactNode
}

const numberClass = (isWide: boolean) => [classes.number, isWide ? classes.wide : ''].join(' ').trim()

/** The head of a column of numbers. */
export function NumberHead({ isWide = false, children }: CellProps) {
  return (
    <th scope="col" className={numberClass(isWide)}>
      {children}
    </th>
  )
}

export function NumberCell({ isWide = false, children }: CellProps) {
  return <td className={numberClass(isWide)}>{children}</td>
}

/** A cell of what is drawn beside the numbers, which say the same; left out on a phone. */
export function DrawnCell({ className, children }: { className?: string | undefined; children: ReactNode }) {
  return <td className={[classes.wide, className ?? ''].join(' ').trim()}>{children}</td>
}

/** The head of a column of what is drawn; its words are for screen readers. */
export function DrawnHead({ children }: { children: string }) {
  return (
    <th scope="col" className={classes.wide}>
      <span className="visually-hidden">{children}</span>
    </th>
  )
}

import { Tooltip } from '@mantine/core'
import { Link, useRouterState } from '@tanstack/react-router'
import { Kbd } from '../ui/kbd.tsx'
import type { NavigationEntry } from './navigation.ts'
import classes from './rail.module.css'

/** Whether the page shown belongs to an entry without lying below its address. */
export function useIsWithin({ within = [] }: Pick<NavigationEntry, 'within'>): boolean {
  return useRouterState({ select: state => within.some(path => state.location.pathname.startsWith(path)) })
}

/** A page of the rail. */
export function RailLink({ entry, narrow }: { entry: NavigationEntry; narrow: boolean }) {
  const { icon: Icon, count: Count } = entry
  const isWithin = useIsWithin(entry)
  return (
    <Tooltip label={entry.label} position="right" disabled={!narrow}>
      <Link
        to={entry.to}
        className={classes.item}
        activeOptions={{ exact: false }}
        activeProps={{ 'aria-current': 'page' }}
        aria-current={isWithin ? 'page' : undefined}
        aria-label={narrow ? entry.label : undefined}
      >
        <Icon size={16} strokeWidth={1.75} />
        {narrow ? null : <span className={classes.label}>{entry.label}</span>}
        {Count && !narrow ? <Count /> : null}
      </Link>
    </Tooltip>
  )
}

interface RailButtonProps {
  icon: NavigationEntry['icon']
  label: string
  keys?: string | undefined
  narrow: boolean
  onClick: () => void
}

/** Something the rail does rather than a place it leads to. */
export function RailButton({ icon: Icon, label, keys, narrow, onClick }: RailButtonProps) {
  return (
    <Tooltip label={label} position="right" disabled={!narrow}>
      <button
        type="button"
        className={classes.item}
        aria-label={narrow ? label : undefined}
        onClick={onClick}
      >
        <Icon size={16} strokeWidth={1.75} />
        {narrow ? null : (
          <>
            <span className={classes.label}>{label}</span>
            {keys ? <Kbd keys={keys} /> : null}
          </>
        )}
      </button>
    </Tooltip>
  )
}

import { Outlet, useLocation } from '@tanstack/react-router'
import { useRef } from 'react'
import { LeadsBoard } from './leads-board.tsx'

interface Shown {
  readonly leadId: string | undefined
  readonly peek: boolean
}

/**
 * What the location asks for. It is read from the location because the parameters of the route change a moment later
 * than its state; on the way to another page the location is that page's already, and what was shown stays.
 */
function useShown(): Shown {
  const pathname = useLocation({ select: location => location.pathname })
  const peek = useLocation({ select: location => location.state.peek === true })
  const last = useRef<Shown>({ leadId: undefined, peek: false })
  const leads = /^\/leads(?:\/([^/]+))?\/?$/.exec(pathname)
  if (leads) last.current = { leadId: leads[1], peek }
  return last.current
}

/** The leads: their board, a lead in a panel over it, or, when its address was opened by itself, the lead as a page. */
export function LeadsPage() {
  const { leadId, peek } = useShown()
  return leadId !== undefined && !peek ? <Outlet /> : <LeadsBoard openId={leadId} />
}

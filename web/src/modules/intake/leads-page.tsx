import { Outlet, useLocation } from '@tanstack/react-router'
import { LeadsBoard } from './leads-board.tsx'

/** The leads: their board, a lead in a panel over it, or, when its address was opened by itself, the lead as a page. */
export function LeadsPage() {
  // Both from the location: the parameters of the route change a moment later than its state.
  const leadId = useLocation({ select: ({ pathname }) => /^\/leads\/([^/]+)/.exec(pathname)?.[1] })
  const peek = useLocation({ select: ({ state }) => state.peek === true })
  return leadId !== undefined && !peek ? <Outlet /> : <LeadsBoard openId={leadId} />
}

import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Handshake } from 'lucide-react'
import { useState } from 'react'
import { getDeal } from '#modules/crm/contract.ts'
import type { Lead, LeadDetail } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { isMissing } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { ConvertDialog } from './convert-dialog.tsx'

/** The deal a lead was made into, as far as it may be read. */
function useDeal(dealId: string | null) {
  const mayRead = useMay('deals:read')
  return useQuery({
    ...routeQuery(getDeal, { params: { dealId: dealId ?? '' } }),
    enabled: dealId !== null && mayRead,
    retry: false,
  })
}

/** The way from a lead to its deal: makes it, or opens it. Nothing until the lead is read. */
export function DealButton({ lead }: { lead: Lead | LeadDetail }) {
  const mayWriteLeads = useMay('leads:write')
  const mayWriteDeals = useMay('deals:write')
  const [asking, setAsking] = useState(false)
  const dealId = 'dealId' in lead ? lead.dealId : null
  const { data: deal, error } = useDeal(dealId)
  if (!('dealId' in lead)) return null
  if (deal) {
    return (
      <Button
        leftSection={<Handshake size={14} />}
        renderRoot={props => <Link {...props} to="/deals/$dealId" params={{ dealId: deal.id }} />}
        aria-label={`Open the deal ${deal.name}`}
      >
        Open deal
      </Button>
    )
  }
  // One that was deleted leaves room for another; one that is out of sight is found out by the server.
  if (!mayWriteLeads || !mayWriteDeals || (dealId !== null && !isMissing(error))) return null
  return (
    <>
      <Button leftSection={<Handshake size={14} />} onClick={() => setAsking(true)}>
        Make a deal
      </Button>
      {asking ? <ConvertDialog lead={lead} onClose={() => setAsking(false)} /> : null}
    </>
  )
}

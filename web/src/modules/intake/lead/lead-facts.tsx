import type { ReactNode } from 'react'
import type { Lead } from '#modules/intake/contract.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { leadSourceWords } from '../lead-source-words.ts'
import classes from './lead.module.css'
import { OwnerMenu } from './owner-menu.tsx'

/** When and how a lead came. */
export function LeadFacts({ lead, withEmail = false }: { lead: Lead; withEmail?: boolean | undefined }) {
  const again = lead.lastSubmittedAt !== lead.createdAt
  const moved = lead.statusChangedAt !== lead.createdAt
  const facts: { label: string; value: ReactNode }[] = [
    ...(withEmail ? [{ label: 'E-mail', value: <a href={`mailto:${lead.email}`}>{lead.email}</a> }] : []),
    { label: 'Owner', value: <OwnerMenu lead={lead} /> },
    { label: 'Came in', value: <RelativeTime at={lead.createdAt} /> },
    ...(again ? [{ label: 'Sent the form last', value: <RelativeTime at={lead.lastSubmittedAt} /> }] : []),
    ...(moved ? [{ label: 'Last moved', value: <RelativeTime at={lead.statusChangedAt} /> }] : []),
    { label: 'Source', value: leadSourceWords(lead.source) },
  ]
  return (
    <dl className={classes.factRow}>
      {facts.map(fact => (
        <div key={fact.label}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}

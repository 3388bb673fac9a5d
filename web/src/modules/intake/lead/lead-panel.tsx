import { useMediaQuery } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { isMissing, problemWords } from '../../../shell/problem.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RecordHeader } from '../../../ui/record-header.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { DealButton } from '../conversion/deal-button.tsx'
import classes from './lead.module.css'
import { LeadFacts } from './lead-facts.tsx'
import { LeadMenu } from './lead-menu.tsx'
import { LeadParts } from './lead-parts.tsx'
import { StatusMenu } from './status-menu.tsx'
import { useLead } from './use-lead.ts'

interface LeadPanelProps {
  leadId: string
  onClose: () => void
  onPrevious: (() => void) | undefined
  onNext: (() => void) | undefined
}

/** A lead over its board. */
export function LeadPanel({ leadId, onClose, onPrevious, onNext }: LeadPanelProps) {
  const navigate = useNavigate()
  const { query, lead, card } = useLead(leadId)
  const head = lead ?? card
  const words = query.error && !lead ? problemWords(query.error) : undefined
  const expand = () => navigate({ to: '/leads/$leadId', params: { leadId }, search: true })
  useShortcuts([
    { keys: 'escape', label: 'Close the lead', group: 'Lead', run: onClose },
    ...(onNext ? [{ keys: 'j', label: 'Next lead', group: 'Lead', run: onNext }] : []),
    ...(onPrevious ? [{ keys: 'k', label: 'Previous lead', group: 'Lead', run: onPrevious }] : []),
    { keys: 'o', label: 'Open as a page', group: 'Lead', run: expand },
  ])
  // There the panel is as wide as the page already.
  const phone = useMediaQuery('(max-width: 40rem)', false, { getInitialValueInEffect: false })
  return (
    <SidePanel
      label={head?.name ?? 'Lead'}
      onClose={onClose}
      onExpand={phone ? undefined : expand}
      onPrevious={onPrevious}
      onNext={onNext}
    >
      {head ? (
        <>
          <RecordHeader
            name={head.name}
            subtitle={<a href={`mailto:${head.email}`}>{head.email}</a>}
            actions={
              <>
                <DealButton lead={head} />
                <StatusMenu lead={head} />
                <LeadMenu lead={head} />
              </>
            }
          />
          <div className={classes.facts}>
            <LeadFacts lead={head} />
          </div>
        </>
      ) : null}
      {words ? (
        <div className={classes.error}>
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={isMissing(query.error) ? undefined : () => query.refetch()}
          />
        </div>
      ) : null}
      {lead ? <LeadParts lead={lead} heading="h3" /> : null}
      {lead || words ? null : <RecordSkeleton />}
    </SidePanel>
  )
}

import { getRouteApi, Link } from '@tanstack/react-router'
import { isMissing, problemWords } from '../../../shell/problem.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { DealButton } from '../conversion/deal-button.tsx'
import classes from './lead.module.css'
import { LeadFacts } from './lead-facts.tsx'
import { LeadMenu } from './lead-menu.tsx'
import { LeadParts } from './lead-parts.tsx'
import { StatusMenu } from './status-menu.tsx'
import { useLead } from './use-lead.ts'

const route = getRouteApi('/app/leads/$leadId')

/** A lead as a page of its own. */
export function LeadPage() {
  const { leadId } = route.useParams()
  const search = route.useSearch()
  const { query, lead, card } = useLead(leadId)
  const head = lead ?? card
  const words = query.error && !lead ? problemWords(query.error) : undefined
  useTitle(head?.name ?? 'Lead')
  return (
    <Page>
      <PageHeader
        trail={[
          <Link key="leads" to="/leads" search={{ workflow: head?.workflowId ?? search.workflow }}>
            Leads
          </Link>,
        ]}
        title={head?.name ?? 'Lead'}
        actions={
          head ? (
            <>
              <DealButton lead={head} />
              <StatusMenu lead={head} />
              <LeadMenu lead={head} />
            </>
          ) : null
        }
      />
      <PageBody>
        <div className={classes.page}>
          {head ? (
            <div className={classes.facts}>
              <LeadFacts lead={head} withEmail />
            </div>
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
          {lead ? <LeadParts lead={lead} heading="h2" /> : null}
          {lead || words ? null : <RecordSkeleton />}
        </div>
      </PageBody>
    </Page>
  )
}

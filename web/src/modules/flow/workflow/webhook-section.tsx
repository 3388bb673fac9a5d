import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getWebhook, type Webhook, type WorkflowDetail } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { Section } from '../../../ui/page.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { exactTime } from '../../../ui/time.ts'
import { JsonView } from '../run/json-view.tsx'
import classes from './trigger-tab.module.css'
import { verificationWords } from './trigger-words.ts'
import { WebhookSecret } from './webhook-secret.tsx'

/** The address of a workflow, how deliveries are checked, its secret and what came last. */
export function WebhookSection({ workflow }: { workflow: WorkflowDetail }) {
  const params = { workflowId: workflow.id }
  const query = useQuery(routeQuery(getWebhook, { params }))
  const may = useMay('workflows:write')
  if (query.isError && query.data === undefined) {
    return <PageError error={query.error} reset={query.refetch} />
  }
  if (query.data === undefined) return <RecordSkeleton />
  const { url, verification, closedBecause, previousSecretUntil, samples } = query.data
  if (url === null) {
    return (
      <Section title="Address" about="Where other systems deliver to.">
        <p>The workflow gets its address when it is published.</p>
      </Section>
    )
  }
  return (
    <>
      <Section title="Address" about="Send JSON, form fields or text here by POST or PUT, up to 256 KB.">
        <div className={classes.stack}>
          <CopyText label="Address" text={url} />
          {closedBecause ? (
            <Status kind="paused">Deliveries start nothing: {closedBecause}</Status>
          ) : (
            <Status kind="active">Open for deliveries</Status>
          )}
        </div>
      </Section>
      <Section title="Verification" about="How a delivery proves where it comes from.">
        <p>
          {verification
            ? verificationWords(verification)
            : 'Nothing is checked while no webhook is published.'}
        </p>
      </Section>
      {verification && verification.type !== 'none' ? (
        <Section
          title="Secret"
          about="Shared by the sender and this workflow. It is kept encrypted and never shown again."
        >
          {previousSecretUntil ? (
            <p className={classes.words}>
              The secret before is accepted until {exactTime(Date.parse(previousSecretUntil))}.
            </p>
          ) : null}
          {may ? (
            <WebhookSecret workflowId={workflow.id} />
          ) : (
            <p>Members who may change workflows can make a new one.</p>
          )}
        </Section>
      ) : null}
      <Section title="Last deliveries" about="As runs got them; the last five are kept.">
        <Samples samples={samples} />
      </Section>
    </>
  )
}

function Samples({ samples }: Pick<Webhook, 'samples'>) {
  if (samples.length === 0) return <p className={classes.quiet}>Nothing was delivered yet.</p>
  return (
    <ul className={classes.samples}>
      {samples.map(sample => (
        <li key={sample.runId}>
          <details className={classes.sample}>
            <summary>
              <RelativeTime at={sample.at} />
              {sample.isCut ? <span className={classes.quiet}>cut short here</span> : null}
            </summary>
            <div className={classes.content}>
              <Link to="/runs/$runId" params={{ runId: sample.runId }}>
                Open its run
              </Link>
              <JsonView label="Body" value={sample.body} empty="It had no body." />
              <JsonView label="Query" value={sample.query} empty="None." />
              <JsonView label="Headers" value={sample.headers} empty="None." />
            </div>
          </details>
        </li>
      ))}
    </ul>
  )
}

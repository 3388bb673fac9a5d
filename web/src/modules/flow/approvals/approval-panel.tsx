import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Approval, getApproval, getRun } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { isMissing, problemWords } from '../../../shell/problem.ts'
import { useMay, useSession } from '../../../shell/session.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { exactTime } from '../../../ui/time.ts'
import panel from '../panel.module.css'
import { approvalStatusWords, askedWords, isAsked, nextSteps } from './approval-words.ts'
import classes from './approvals.module.css'
import { DecisionForm } from './decision-form.tsx'

interface ApprovalPanelProps {
  approvalId: string
  onClose: () => void
  onPrevious: (() => void) | undefined
  onNext: (() => void) | undefined
}

/** One decision: what is asked, by which run, what follows from each answer, and the answer. */
export function ApprovalPanel({ approvalId, onClose, onPrevious, onNext }: ApprovalPanelProps) {
  const query = useQuery(routeQuery(getApproval, { params: { approvalId } }))
  const words = query.error && !query.data ? problemWords(query.error) : undefined
  useShortcuts([
    { keys: 'escape', label: 'Close the decision', group: 'Approval', run: onClose },
    ...(onNext ? [{ keys: 'j', label: 'Next decision', group: 'Approval', run: onNext }] : []),
    ...(onPrevious ? [{ keys: 'k', label: 'Previous decision', group: 'Approval', run: onPrevious }] : []),
  ])
  return (
    <SidePanel
      label={query.data?.title ?? 'Decision'}
      onClose={onClose}
      onPrevious={onPrevious}
      onNext={onNext}
    >
      {query.data ? <ApprovalContent approval={query.data} /> : null}
      {words ? (
        <div className={panel.form}>
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={isMissing(query.error) ? undefined : () => query.refetch()}
          />
        </div>
      ) : null}
      {query.data || words ? null : <RecordSkeleton />}
    </SidePanel>
  )
}

function ApprovalContent({ approval }: { approval: Approval }) {
  const { role } = useSession()
  const { kind, word } = approvalStatusWords(approval.status)
  const next = useNextSteps(approval)
  return (
    <div className={panel.form}>
      <div>
        <h2 className={panel.title}>{approval.title}</h2>
        <p className={classes.standing}>
          <Status kind={kind}>{word}</Status>
        </p>
      </div>
      {approval.body === '' ? null : <p className={classes.body}>{approval.body}</p>}
      <ApprovalFacts approval={approval} />
      {approval.status !== 'pending' ? null : isAsked(approval, role) ? (
        <DecisionForm approval={approval} next={next} />
      ) : (
        <p className={panel.about}>{askedWords(approval.roles)} of your organization decide this.</p>
      )}
    </div>
  )
}

/** Known to those who may read runs. */
function useNextSteps({ runId, title, status }: Approval) {
  const mayRead = useMay('runs:read')
  const { data } = useQuery({
    ...routeQuery(getRun, { params: { runId } }),
    enabled: mayRead && status === 'pending',
  })
  return data && nextSteps(data, title)
}

function ApprovalFacts({ approval }: { approval: Approval }) {
  const { user } = useSession()
  const decided = approval.decidedAt
  const names = useMemberNames([approval.decidedBy])
  return (
    <Facts
      items={[
        {
          label: 'Workflow',
          value: (
            <Link to="/workflows/$workflowId" params={{ workflowId: approval.workflowId }}>
              {approval.workflowName}
            </Link>
          ),
        },
        {
          label: 'Run',
          value: (
            <Link to="/runs/$runId" params={{ runId: approval.runId }}>
              Open the run
            </Link>
          ),
        },
        ...(approval.leadId === null
          ? []
          : [
              {
                label: 'Lead',
                value: (
                  <Link to="/leads/$leadId" params={{ leadId: approval.leadId }}>
                    Open the lead
                  </Link>
                ),
              },
            ]),
        { label: 'Asked', value: askedWords(approval.roles) },
        { label: 'Since', value: <RelativeTime at={approval.createdAt} /> },
        ...(approval.status === 'pending' && approval.expiresAt
          ? [{ label: 'Until', value: exactTime(Date.parse(approval.expiresAt)) }]
          : []),
        ...(decided === null
          ? []
          : [
              {
                label: 'Decided',
                value: (
                  <>
                    {whoWords(approval, user.id, names)}, <RelativeTime at={decided} />
                  </>
                ),
              },
            ]),
        ...(approval.comment ? [{ label: 'Comment', value: approval.comment }] : []),
      ]}
    />
  )
}

function whoWords({ decidedBy }: Approval, userId: string, names: ReadonlyMap<string, string>): string {
  if (decidedBy === userId) return 'By you'
  if (decidedBy === null) return 'By a program'
  return `By ${names.get(decidedBy) ?? 'another member'}`
}

import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RunDetail } from '#modules/flow/contract.ts'
import { PageHeader } from '../../../ui/page-header.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Status } from '../../../ui/status.tsx'
import { triggerWords } from '../workflows/workflow-columns.tsx'
import { Countdown, Elapsed } from './countdown.tsx'
import classes from './run.module.css'
import { RunActions } from './run-actions.tsx'
import { onTheWay } from './run-control.ts'
import { trailsOf } from './run-path.ts'
import { runTitle } from './run-title.ts'
import { failureWords, runStatusWords, tookWords } from './run-words.ts'
import { useRunControl } from './use-run-control.ts'
import { waitWords } from './waits.ts'

/** What run this is, where it stands, and if it failed: why, and what to do. */
export function RunHeader({ run }: { run: RunDetail }) {
  const { kind, word } = runStatusWords(run.status)
  const control = useRunControl(run)
  const wait = run.status === 'waiting' && !control.asked ? waitedFor(run) : undefined
  const failure = failureWords(run)
  return (
    <>
      <PageHeader
        trail={[
          <Link key="list" to="/workflows">
            Workflows
          </Link>,
          <Link key="workflow" to="/workflows/$workflowId/runs" params={{ workflowId: run.workflowId }}>
            {run.workflowName}
          </Link>,
        ]}
        title={runTitle(run)}
        meta={
          <Status kind={kind}>
            {control.asked ? onTheWay(control.asked) : word}
            {wait ? ` for ${wait}` : null}
            {run.status === 'waiting' && !wait && !control.asked && run.nextWakeAt ? (
              <span className={classes.wake}>
                , continues <Countdown until={Date.parse(run.nextWakeAt)} />
              </span>
            ) : null}
          </Status>
        }
        actions={<RunActions run={run} control={control} />}
      />
      <RunFacts run={run} />
      {failure ? (
        <div className={classes.failure} role="status">
          <TriangleAlert size={16} aria-hidden="true" />
          <div>
            <p className={classes.what}>{failure.what}</p>
            <p>{failure.next} What was done before is kept; the steps after it did not run.</p>
          </div>
        </div>
      ) : null}
    </>
  )
}

/** What a run that stands in one place waits for besides the time. */
function waitedFor(run: RunDetail): string | undefined {
  const open = trailsOf(run).filter(trail => trail.finishedAt === null && trail.path === '')
  return open.length === 1 && open[0] ? waitWords(open[0])?.what : undefined
}

function RunFacts({ run }: { run: RunDetail }) {
  const started = run.startedAt ?? run.createdAt
  return (
    <dl className={classes.facts}>
      <Fact label="Workflow" isForPhone>
        <Link to="/workflows/$workflowId" params={{ workflowId: run.workflowId }}>
          {run.workflowName}
        </Link>
      </Fact>
      <Fact label="Version">{run.version}</Fact>
      <Fact label="Trigger" isForPhone={false}>
        {triggerWords(run.triggerType)}
      </Fact>
      {run.leadId === null ? null : (
        <Fact label="Lead">
          <Link to="/leads/$leadId" params={{ leadId: run.leadId }}>
            {run.leadName ?? 'Open lead'}
          </Link>
        </Fact>
      )}
      {run.replayOf === null ? null : (
        <Fact label="Repeats">
          <Link to="/runs/$runId" params={{ runId: run.replayOf }}>
            Run {run.replayOf.slice(-6)}
          </Link>
        </Fact>
      )}
      <Fact label="Started">
        <RelativeTime at={started} />
      </Fact>
      <Fact label="Duration">
        {run.finishedAt === null ? (
          <>
            <Elapsed since={Date.parse(started)} /> so far
          </>
        ) : (
          tookWords(Date.parse(run.finishedAt) - Date.parse(started))
        )}
      </Fact>
    </dl>
  )
}

interface FactProps {
  label: string
  /** True: only where the breadcrumb, which says the same, has no room. False: only where there is room. */
  isForPhone?: boolean | undefined
  children: ReactNode
}

function Fact({ label, isForPhone, children }: FactProps) {
  return (
    <div className={classes.fact} data-phone={isForPhone}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

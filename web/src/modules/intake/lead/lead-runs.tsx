import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { listRuns, type Run } from '#modules/flow/contract.ts'
import type { Lead } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Bar } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { runStatusWords } from '../../flow/run/run-words.ts'
import classes from './lead.module.css'

function RunLine({ run }: { run: Run }) {
  const { kind, word } = runStatusWords(run.status)
  return (
    <li>
      <Link to="/runs/$runId" params={{ runId: run.id }} className={classes.run}>
        <Status kind={kind}>{word}</Status>
        <span className={classes.runSteps}>
          {run.steps === 1 ? '1 step' : `${run.steps.toLocaleString()} steps`}
        </span>
        <span className={classes.runTime}>
          <RelativeTime at={run.startedAt ?? run.createdAt} />
        </span>
        <ChevronRight size={14} aria-hidden="true" />
      </Link>
    </li>
  )
}

/** The newest runs that this lead set off. */
export function LeadRuns({ lead }: { lead: Pick<Lead, 'id' | 'workflowId'> }) {
  const { data, error, isPending } = useQuery(
    routeQuery(listRuns, {
      params: { workflowId: lead.workflowId },
      query: { leadId: lead.id, limit: 10 },
    }),
  )
  if (isPending) {
    return (
      <div className={`${classes.runWait} appear-late`}>
        <Bar width="60%" />
      </div>
    )
  }
  if (error) return <p className={classes.none}>{problemWords(error).what}</p>
  if (data.items.length === 0) return <p className={classes.none}>No workflow has run for this lead.</p>
  return (
    <ul className={classes.runs}>
      {data.items.map(run => (
        <RunLine key={run.id} run={run} />
      ))}
    </ul>
  )
}

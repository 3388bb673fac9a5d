import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { N8nImportReport, WorkflowDetail } from '#modules/flow/contract.ts'
import { Status, type StatusKind } from '../../../ui/status.tsx'
import { counted } from '../words.ts'
import classes from './files.module.css'

type Line = N8nImportReport['nodes'][number]

const STANDING: Readonly<Record<Line['status'], { kind: StatusKind; word: string }>> = {
  mapped: { kind: 'done', word: 'Works here' },
  changed: { kind: 'unknown', word: 'Works, with changes' },
  placeholder: { kind: 'failed', word: 'Placeholder' },
}

interface ImportReportProps {
  workflow: WorkflowDetail
  report: N8nImportReport
  onAgain: () => void
}

/** What became of each step of a workflow of n8n, what is left to do first. */
export function ImportReport({ workflow, report, onAgain }: ImportReportProps) {
  const { mapped, changed, placeholders, nodes, leftOut } = report
  const parts = [
    mapped > 0 ? `${counted(mapped, 'step')} as before` : '',
    changed > 0 ? `${counted(changed, 'step')} with changes` : '',
    placeholders > 0 ? `${counted(placeholders, 'placeholder')} to replace` : '',
  ].filter(Boolean)
  const rank = { placeholder: 0, changed: 1, mapped: 2 } as const
  const ordered = nodes.toSorted(
    (a, b) => Number(b.todo.length > 0) - Number(a.todo.length > 0) || rank[a.status] - rank[b.status],
  )
  return (
    <div className={classes.report}>
      <div>
        <h2 className={classes.title}>“{workflow.name}” is a draft now</h2>
        <p className={classes.about} role="status">
          {parts.length === 0
            ? 'It has no steps.'
            : `${parts.join(', ')}. Nothing runs before you publish it.`}
        </p>
      </div>
      <div className={classes.actions}>
        <Button
          variant="filled"
          renderRoot={props => (
            <Link to="/workflows/$workflowId" params={{ workflowId: workflow.id }} {...props} />
          )}
        >
          Open the draft
        </Button>
        <Button variant="subtle" onClick={onAgain}>
          Import another
        </Button>
      </div>
      <ul className={classes.lines}>
        {ordered.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a report never changes
          <li key={index} className={classes.line}>
            <ReportLine line={line} workflowId={workflow.id} />
          </li>
        ))}
      </ul>
      {leftOut.length > 0 ? (
        <section aria-label="Left out">
          <h3 className={classes.heading}>What has no place here</h3>
          <ul className={classes.details}>
            {leftOut.map(each => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  )
}

function ReportLine({ line, workflowId }: { line: Line; workflowId: string }) {
  const { kind, word } = STANDING[line.status]
  return (
    <>
      <div className={classes.head}>
        {line.nodeId === null ? (
          <span className={classes.name}>{line.name}</span>
        ) : (
          <Link
            className={classes.name}
            to="/workflows/$workflowId"
            params={{ workflowId }}
            search={{ node: line.nodeId }}
          >
            {line.name}
          </Link>
        )}
        <Status kind={kind}>{word}</Status>
      </div>
      <p className={classes.kind}>{line.kind}</p>
      {line.reason || line.todo.length + line.changes.length > 0 ? (
        <ul className={classes.details}>
          {line.reason ? <li>{line.reason}</li> : null}
          {line.todo.map(each => (
            <li key={each} data-todo="true">
              {each}
            </li>
          ))}
          {line.changes.map(each => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      ) : null}
    </>
  )
}

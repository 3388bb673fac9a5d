import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { dryRun, type WorkflowDetail } from '#modules/flow/contract.ts'
import { call } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { Choice } from '../../../ui/choice.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { namesOf } from '../canvas/face.ts'
import { runStatusWords } from '../run/run-words.ts'
import { counted } from '../words.ts'
import classes from './trial.module.css'
import { type DryRunAnswer, foundWords } from './trial-words.ts'

const from = '/app/workflows/$workflowId/try' as const
const SPANS = [20, 100, 500] as const

/** What the draft would have made of what happened lately: how often it would have run, what it would have done, examples. */
export function DryRunView({ workflow }: { workflow: WorkflowDetail }) {
  const { last = 100 } = useSearch({ from })
  const navigate = useNavigate({ from: '/workflows/$workflowId/try' })
  const params = { workflowId: workflow.id }
  const found = useQuery({
    queryKey: [dryRun.id, { params }, workflow.revision, last],
    queryFn: ({ signal }) => call(dryRun, { params, body: { last } }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    placeholderData: before => before,
  })
  const words = found.error ? problemWords(found.error) : undefined
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className={classes.past} aria-label="What happened lately" tabIndex={0}>
      <div className={classes.span}>
        <Choice
          label="How many are looked at"
          options={SPANS.map(count => ({ value: String(count), label: `Last ${count}` }))}
          value={String(last)}
          onChange={value => navigate({ search: { look: 'past', last: Number(value) }, replace: true })}
        />
      </div>
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      {found.data ? <Found found={found.data} workflowId={workflow.id} /> : words ? null : <RecordSkeleton />}
    </section>
  )
}

function Found({ found, workflowId }: { found: DryRunAnswer; workflowId: string }) {
  const names = useMemo(() => namesOf(found.graph), [found.graph])
  const { outcomes, effects, examples, walked, wouldRun } = found
  return (
    <>
      <p className={classes.lead} role="status">
        {foundWords(found)}
      </p>
      {wouldRun === 0 ? null : (
        <>
          <dl className={classes.figures}>
            <Figure label="Would go through" value={outcomes.completed} />
            <Figure label="Would fail" value={outcomes.failed} />
            {outcomes.other > 0 ? <Figure label="Would still wait" value={outcomes.other} /> : null}
          </dl>
          {walked < wouldRun ? (
            <p className={classes.quiet}>
              {counted(walked, 'run')} of them were followed to the end in the time there is.
            </p>
          ) : null}
          <h2 className={classes.heading}>What it would have done</h2>
          {effects.length === 0 ? <p className={classes.quiet}>Nothing that leaves a trace.</p> : null}
          <ul className={classes.effects}>
            {effects.map(effect => (
              <li key={`${effect.kind} ${effect.nodeId}`}>
                <span>
                  {names.get(effect.nodeId) ?? effect.nodeId}
                  <span className={classes.small}>
                    {effect.title}
                    {effect.count > 1 ? ', for example' : null}
                  </span>
                </span>
                <span className={classes.count}>{effect.count.toLocaleString()}×</span>
              </li>
            ))}
          </ul>
          <h2 className={classes.heading}>
            {examples.length === 1 ? 'The one' : `${examples.length} of them`}
          </h2>
          <ul className={classes.examples}>
            {examples.map(example => {
              const { kind, word } = runStatusWords(example.status)
              const inside = (
                <>
                  <Status kind={kind}>
                    <span className="visually-hidden">{word}: </span>
                    {example.leadName ?? example.title}
                  </Status>
                  <span className={classes.small}>
                    {counted(example.steps.length, 'step')}, {counted(example.effects.length, 'effect')}
                    {example.error ? `. ${example.error.message}` : null}
                  </span>
                  <span className={classes.when}>
                    <RelativeTime at={example.at} />
                  </span>
                </>
              )
              const search = example.runId
                ? { run: example.runId }
                : example.eventId
                  ? { event: example.eventId }
                  : undefined
              return (
                <li key={example.eventId ?? example.runId ?? example.at}>
                  {search ? (
                    <Link
                      to="/workflows/$workflowId/try"
                      params={{ workflowId }}
                      search={search}
                      className={classes.example}
                    >
                      {inside}
                    </Link>
                  ) : (
                    <div className={classes.example}>{inside}</div>
                  )}
                </li>
              )
            })}
          </ul>
        </>
      )}
    </>
  )
}

function Figure({ label, value }: { label: string; value: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value.toLocaleString()}</dd>
    </div>
  )
}

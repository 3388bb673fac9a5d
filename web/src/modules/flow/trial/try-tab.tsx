import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { FlaskConical, History } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { getWorkflow, listRuns, runDraft, type WorkflowDetail } from '#modules/flow/contract.ts'
import type { CallInput } from '#platform/contract/route.ts'
import { call, routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { Choice } from '../../../ui/choice.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { JsonField } from '../json-field.tsx'
import { readJsonObject } from '../json-text.ts'
import { runTitle } from '../run/run-title.ts'
import { runStatusWords } from '../run/run-words.ts'
import { DryRunView } from './dry-run-view.tsx'
import classes from './trial.module.css'
import { TrialReplay } from './trial-replay.tsx'
import { endWords, ORIGINS } from './trial-words.ts'

const from = '/app/workflows/$workflowId/try' as const

/** The draft tried out: one run drawn step by step, or what it would have made of what happened lately. Nothing is done. */
export function TryTab() {
  const { workflowId } = useParams({ from })
  const { data: workflow } = useQuery(routeQuery(getWorkflow, { params: { workflowId } }))
  const mayTry = useMay('workflows:write')
  if (!workflow) return null
  if (!mayTry) return <EmptyState>Only those who may change workflows can try them out.</EmptyState>
  if (workflow.draft.nodes.length === 0)
    return (
      <EmptyState>
        Draw some steps first. Here you see what they would do, before anything happens.
      </EmptyState>
    )
  return <Trials workflow={workflow} />
}

function Trials({ workflow }: { workflow: WorkflowDetail }) {
  const search = useSearch({ from })
  const navigate = useNavigate({ from: '/workflows/$workflowId/try' })
  const isPast = search.look === 'past'
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <Choice
          label="What is tried"
          options={[
            { value: 'one', label: 'One run' },
            { value: 'past', label: 'What happened lately' },
          ]}
          value={isPast ? 'past' : 'one'}
          onChange={value => navigate({ search: value === 'past' ? { look: 'past' } : {}, replace: true })}
        />
        <p className={classes.calm}>Nothing is sent, changed or called.</p>
      </header>
      {isPast ? <DryRunView workflow={workflow} /> : <OneRun workflow={workflow} />}
    </div>
  )
}

type TrialBody = CallInput<typeof runDraft>['body']

function OneRun({ workflow }: { workflow: WorkflowDetail }) {
  const { run: runId, event: eventId } = useSearch({ from })
  const [input, setInput] = useState<Record<string, unknown>>()
  const body: TrialBody = input ? { input } : runId ? { runId } : eventId ? { eventId } : {}
  const params = { workflowId: workflow.id }
  const trial = useQuery({
    // Another draft is another trial.
    queryKey: [runDraft.id, { params }, workflow.revision, body],
    queryFn: ({ signal }) => call(runDraft, { params, body }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    placeholderData: before => before,
  })
  const words = trial.error ? problemWords(trial.error) : undefined
  return (
    <div className={classes.columns}>
      <Beginnings
        workflow={workflow}
        runId={input ? undefined : runId}
        isOwn={input !== undefined}
        onInput={setInput}
      />
      <div className={classes.result} aria-busy={trial.isFetching}>
        {words ? (
          <div className={classes.trouble}>
            <ErrorState what={words.what} next={words.next} requestId={words.requestId} />
          </div>
        ) : trial.data ? (
          <>
            <p className={classes.end} role="status">
              <span>{endWords(trial.data)}</span>{' '}
              <span className={classes.quiet}>It began with {ORIGINS[trial.data.inputOrigin]}.</span>
            </p>
            <TrialReplay key={trial.data.id} run={trial.data} />
          </>
        ) : (
          <RecordSkeleton />
        )}
      </div>
    </div>
  )
}

interface BeginningsProps {
  workflow: WorkflowDetail
  runId: string | undefined
  isOwn: boolean
  onInput: (input: Record<string, unknown> | undefined) => void
}

/** What the trial begins with: what is known best, a run there was, or values of one's own. */
function Beginnings({ workflow, runId, isOwn, onInput }: BeginningsProps) {
  const navigate = useNavigate({ from: '/workflows/$workflowId/try' })
  const { event } = useSearch({ from })
  const params = { workflowId: workflow.id }
  const runs = useQuery(routeQuery(listRuns, { params, query: { limit: 8 } }))
  const choose = (next: { run?: string }) => {
    onInput(undefined)
    void navigate({ search: next, replace: true })
  }
  const isAutomatic = runId === undefined && event === undefined && !isOwn
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className={classes.side} aria-label="What it begins with" tabIndex={0}>
      <h2 className={classes.heading}>Begin with</h2>
      <ul className={classes.list}>
        <li>
          <button
            type="button"
            className={classes.item}
            aria-pressed={isAutomatic}
            onClick={() => choose({})}
          >
            <FlaskConical size={14} aria-hidden="true" />
            <span>
              What is known best
              <span className={classes.small}>Pinned values, else the last run, else made up</span>
            </span>
          </button>
        </li>
        {runs.data?.items.map(run => (
          <li key={run.id}>
            <button
              type="button"
              className={classes.item}
              aria-pressed={run.id === runId}
              onClick={() => choose({ run: run.id })}
            >
              <History size={14} aria-hidden="true" />
              <span>
                {runTitle(run)}
                <span className={classes.small}>
                  {runStatusWords(run.status).word}, <RelativeTime at={run.createdAt} />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <OwnInput onInput={onInput} isOwn={isOwn} />
    </section>
  )
}

function OwnInput({ isOwn, onInput }: Pick<BeginningsProps, 'isOwn' | 'onInput'>) {
  const [text, setText] = useState('{}')
  const [isChecked, setChecked] = useState(false)
  const read = readJsonObject(text)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (read.value !== undefined) onInput(read.value)
  }
  return (
    <details className={classes.own} open={isOwn || undefined}>
      <summary>Values of your own</summary>
      <form className={classes.form} noValidate onSubmit={submit}>
        <JsonField
          label="Input"
          hint="What the trigger gives, as JSON."
          text={text}
          error={isChecked ? read.problem : undefined}
          onChange={setText}
        />
        <Button type="submit" size="xs">
          Try with these
        </Button>
      </form>
    </details>
  )
}

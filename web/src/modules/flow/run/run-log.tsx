import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { listRunLogs, type RunDetail } from '#modules/flow/contract.ts'
import { call } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { Bar } from '../../../ui/skeleton.tsx'
import { exactTime } from '../../../ui/time.ts'
import { namesOf } from '../canvas/face.ts'
import { LOG_LEVELS, type LogLevel, levelWords } from './log-levels.ts'
import classes from './run.module.css'
import { offsetWords } from './run-words.ts'

const from = '/app/runs/$runId' as const

/** Chooses between the steps of a run and its log, and which lines of the log are shown. */
export function ViewBar() {
  const { view = 'steps', level = 'debug' } = useSearch({ from })
  const navigate = useNavigate({ from: '/runs/$runId' })
  const show = (next: { view?: 'log' | undefined; level?: LogLevel | undefined }) =>
    navigate({ search: old => ({ ...old, ...next }), replace: true })
  return (
    <div className={classes.viewBar}>
      <Choice
        label="What is listed"
        options={[
          { value: 'steps', label: 'Steps' },
          { value: 'log', label: 'Log' },
        ]}
        value={view}
        onChange={value => show({ view: value === 'log' ? 'log' : undefined, level: undefined })}
      />
      {view === 'log' ? (
        <Choice
          label="Least level of the lines"
          options={LOG_LEVELS.map(value => ({ value, label: levelWords(value).filter }))}
          value={level}
          onChange={value => show({ level: value === 'debug' ? undefined : value })}
        />
      ) : null}
    </div>
  )
}

function useLogLines(runId: string, level: LogLevel) {
  const params = { runId }
  return useInfiniteQuery({
    queryKey: [listRunLogs.id, { params }, level],
    queryFn: ({ pageParam, signal }) =>
      call(
        listRunLogs,
        { params, query: { limit: 100, level, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

interface RunLogProps {
  run: RunDetail
  onChoose: (step: number) => void
}

/** The lines a run has written, the oldest first; each leads to its step. */
export function RunLog({ run, onChoose }: RunLogProps) {
  const { level = 'debug' } = useSearch({ from })
  const list = useLogLines(run.id, level)
  const lines = list.data?.pages.flatMap(page => page.items)
  const start = Date.parse(run.startedAt ?? run.createdAt)
  const names = namesOf(run.graph)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className={classes.steps} aria-label="Log of the run" tabIndex={0}>
      {list.isError && lines === undefined ? (
        <PageError error={list.error} reset={list.refetch} />
      ) : lines === undefined ? (
        <div className={`${classes.none} appear-late`} role="status" aria-label="Loading">
          <Bar width="60%" />
        </div>
      ) : lines.length === 0 ? (
        <p className={classes.none}>
          {level === 'debug' ? 'This run has written nothing.' : 'No line of this kind or worse.'}
        </p>
      ) : (
        <ol className={classes.lines}>
          {lines.map(line => (
            <li key={line.id} className={classes.log} data-level={line.level}>
              <time dateTime={line.at} title={exactTime(Date.parse(line.at))}>
                {offsetWords(Date.parse(line.at), start)}
              </time>
              <span className={classes.level}>{levelWords(line.level).line}</span>
              <span className={classes.message}>
                {line.message}
                {line.step ? (
                  <>
                    {' '}
                    <LogStep
                      number={line.step}
                      name={line.nodeId === null ? undefined : names.get(line.nodeId)}
                      onChoose={onChoose}
                    />
                  </>
                ) : null}
              </span>
            </li>
          ))}
        </ol>
      )}
      {list.hasNextPage ? (
        <Button
          size="xs"
          className={classes.loadMore ?? ''}
          loading={list.isFetchingNextPage}
          onClick={() => list.fetchNextPage()}
        >
          Load more
        </Button>
      ) : null}
    </section>
  )
}

interface LogStepProps {
  number: number
  name: string | undefined
  onChoose: (step: number) => void
}

function LogStep({ number, name, onChoose }: LogStepProps) {
  return (
    <button type="button" className={classes.logStep} onClick={() => onChoose(number)}>
      {name ?? `Step ${number}`}
    </button>
  )
}

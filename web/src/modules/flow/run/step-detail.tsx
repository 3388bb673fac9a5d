import { Link } from '@tanstack/react-router'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import type { GraphNode, RunDetail, Step } from '#modules/flow/contract.ts'
import { Status } from '../../../ui/status.tsx'
import { exactTime } from '../../../ui/time.ts'
import { faceOf, namesOf } from '../canvas/face.ts'
import { NodeIcon } from '../canvas/node-icon.tsx'
import { NodeSettings } from '../workflow/node-settings.tsx'
import { JsonView } from './json-view.tsx'
import { levelWords } from './log-levels.ts'
import { fullRoundWords } from './rounds.ts'
import classes from './run.module.css'
import type { Trail } from './run-path.ts'
import { nextWords, nodeStateWords, offsetWords, tookWords } from './run-words.ts'
import { exitWords } from './step-exits.ts'
import { TrailStatus } from './step-list.tsx'
import { RepeatFromHere, StepWait } from './step-wait.tsx'

interface StepDetailProps {
  run: RunDetail
  trail: Trail
  /** What else is to be said of it, before its values. */
  children?: React.ReactNode
}

/** A draft that was only tried out is of no version: nothing of it was sent, and nothing can be repeated. */
const isTrial = (run: RunDetail) => run.version === 0

/** What one step took, what it gave, what went wrong and what it noted. */
export function StepDetail({ run, trail, children }: StepDetailProps) {
  const [chosen, setChosen] = useState<{ number: number; attempt: number }>()
  const node = run.graph.nodes.find(each => each.id === trail.nodeId)
  const attempt =
    trail.attempts.find(each => chosen?.number === trail.number && each.attempt === chosen.attempt) ??
    trail.last
  const start = Date.parse(run.startedAt ?? run.createdAt)
  const isToldAbove = run.status === 'failed' && run.error?.step === trail.number
  return (
    <section aria-label={`Step ${trail.number}`}>
      <DetailHead run={run} node={node} name={trail.nodeId}>
        <TrailStatus trail={trail} />
        {trail.finishedAt === null ? null : <span>{tookWords(trail.finishedAt - trail.startedAt)}</span>}
        {isTrial(run) ? null : <RepeatFromHere run={run} trail={trail} />}
      </DetailHead>
      <Whereabouts run={run} trail={trail} node={node} />
      <StepWait run={run} trail={trail} />
      {trail.attempts.length > 1 ? (
        <Attempts
          trail={trail}
          attempt={attempt}
          onChoose={each => setChosen({ number: trail.number, attempt: each.attempt })}
        />
      ) : null}
      {attempt.error ? (
        <div className={classes.error}>
          <CircleAlert size={15} aria-hidden="true" />
          <div>
            <p className={classes.what}>{attempt.error.message}</p>
            {isToldAbove ? null : (
              <p>{trail.isRetrying ? 'It will be tried again.' : nextWords(attempt.error.code)}</p>
            )}
            <code className={classes.code}>{attempt.error.code}</code>
          </div>
        </div>
      ) : null}
      {children}
      <div className={classes.values}>
        <JsonView
          key={`in ${trail.number} ${attempt.attempt}`}
          label="Input"
          value={attempt.input}
          empty={attempt.status === 'failed' ? 'It failed before its input was ready.' : 'It needed nothing.'}
        />
        <JsonView
          key={`out ${trail.number} ${attempt.attempt}`}
          label="Output"
          value={attempt.output}
          empty={attempt.finishedAt === null ? 'Not there yet.' : 'It gave nothing.'}
        />
      </div>
      {isTrial(run) ? null : <MessageLink attempt={attempt} />}
      <Logs run={run} trail={trail} start={start} />
      {node ? <SettingsFold node={node} run={run} /> : null}
    </section>
  )
}

/** In which round of which loops, and by which exit it left when there was a choice. */
function Whereabouts({ run, trail, node }: { run: RunDetail; trail: Trail; node: GraphNode | undefined }) {
  const parts = [fullRoundWords(trail.path, namesOf(run.graph)), leftBy(run, trail, node)].filter(Boolean)
  return parts.length === 0 ? null : <p className={classes.aside}>{parts.join('. ')}.</p>
}

function leftBy(run: RunDetail, trail: Trail, node: GraphNode | undefined): string | undefined {
  const words = node && exitWords(node, run.graph, trail.last.exits)
  return words === undefined ? undefined : `Left by “${words}”`
}

/** The way from a step that sent an e-mail to that e-mail. */
function MessageLink({ attempt }: { attempt: Step }) {
  const { messageId } = (attempt.output ?? {}) as { messageId?: unknown }
  if (attempt.nodeType !== 'send_email' || typeof messageId !== 'string') return null
  return (
    <p className={classes.more}>
      <Link to="/mailbox/$messageId" params={{ messageId }}>
        Read the e-mail
      </Link>
    </p>
  )
}

/** A node the run has not come to. */
export function UnreachedDetail({ node, run }: { node: GraphNode; run: RunDetail }) {
  const { kind, word } = nodeStateWords('idle')
  const isOver = run.finishedAt !== null
  return (
    <section aria-label="Step that was not reached">
      <DetailHead run={run} node={node} name={node.id}>
        <Status kind={kind}>{word}</Status>
      </DetailHead>
      <p className={classes.quiet}>
        {isOver
          ? 'This run went another way or ended before it came here.'
          : 'The run has not come here yet.'}
      </p>
      <SettingsFold node={node} run={run} />
    </section>
  )
}

interface DetailHeadProps {
  run: RunDetail
  node: GraphNode | undefined
  name: string
  children: React.ReactNode
}

function DetailHead({ run, node, name, children }: DetailHeadProps) {
  const names = namesOf(run.graph)
  return (
    <header className={classes.head}>
      {node ? <NodeIcon size="small" face={faceOf(node, run.graph, names)} /> : null}
      <h2 className={classes.title}>{names.get(name) ?? name}</h2>
      <div className={classes.standing}>{children}</div>
    </header>
  )
}

interface AttemptsProps {
  trail: Trail
  attempt: Step
  onChoose: (attempt: Step) => void
}

function Attempts({ trail, attempt, onChoose }: AttemptsProps) {
  return (
    <div className={classes.attempts}>
      {trail.attempts.map(each => {
        const { kind, word } = nodeStateWords(each.status)
        return (
          <button
            key={each.attempt}
            type="button"
            className={classes.attempt}
            aria-pressed={each.attempt === attempt.attempt}
            title={exactTime(Date.parse(each.startedAt))}
            onClick={() => onChoose(each)}
          >
            <Status kind={kind}>
              Attempt {each.attempt}
              <span className="visually-hidden">, {word}</span>
            </Status>
          </button>
        )
      })}
    </div>
  )
}

function Logs({ run, trail, start }: { run: RunDetail; trail: Trail; start: number }) {
  const logs = run.logs.filter(log => log.step === trail.number)
  if (logs.length === 0) return null
  return (
    <section className={classes.logs} aria-label="Log">
      <h3 className={classes.heading}>Log</h3>
      <ol>
        {logs.map((log, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
          <li key={index} className={classes.log} data-level={log.level}>
            <time dateTime={log.at} title={exactTime(Date.parse(log.at))}>
              {offsetWords(Date.parse(log.at), start)}
            </time>
            <span className={classes.level}>{levelWords(log.level).line}</span>
            <span className={classes.message}>{log.message}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function SettingsFold({ node, run }: { node: GraphNode; run: RunDetail }) {
  return (
    <details className={classes.fold}>
      <summary>{isTrial(run) ? 'Settings' : `Settings in version ${run.version}`}</summary>
      <NodeSettings node={node} graph={run.graph} />
    </details>
  )
}

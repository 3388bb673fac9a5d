import { type KeyboardEvent, useRef } from 'react'
import type { RunDetail } from '#modules/flow/contract.ts'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { Status } from '../../../ui/status.tsx'
import { exactTime } from '../../../ui/time.ts'
import { faceOf, namesOf } from '../canvas/face.ts'
import { NodeIcon } from '../canvas/node-icon.tsx'
import { Countdown } from './countdown.tsx'
import { roundWords } from './rounds.ts'
import classes from './run.module.css'
import type { Trail } from './run-path.ts'
import { nodeStateWords, offsetWords, tookWords } from './run-words.ts'
import { exitWords } from './step-exits.ts'
import { waitWords } from './waits.ts'

interface StepListProps {
  run: RunDetail
  trails: readonly Trail[]
  chosen: Trail | undefined
  onChoose: (number: number) => void
}

/** The steps of a run in their order. The arrow keys, `j` and `k` go from one to the next. */
export function StepList({ run, trails, chosen, onChoose }: StepListProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  const names = namesOf(run.graph)
  const start = Date.parse(run.startedAt ?? run.createdAt)
  const isRetried = trails.some(trail => trail.attempts.length > 1)
  const nodes = new Map(run.graph.nodes.map(each => [each.id, each]))
  const hasExits = trails.some(trail => {
    const node = nodes.get(trail.nodeId)
    return node && exitWords(node, run.graph, trail.last.exits) !== undefined
  })
  const move = (steps: number) => {
    const index = trails.findIndex(trail => trail.number === chosen?.number)
    const next = trails[index < 0 ? 0 : Math.min(trails.length - 1, Math.max(0, index + steps))]
    if (!next) return
    onChoose(next.number)
    body.current?.querySelector<HTMLElement>(`[data-number="${next.number}"]`)?.focus()
  }
  useShortcuts([
    { keys: 'j', label: 'Next step', group: 'Run', run: () => move(1) },
    { keys: 'k', label: 'Previous step', group: 'Run', run: () => move(-1) },
  ])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    move(event.key === 'ArrowDown' ? 1 : -1)
  }
  return (
    <section className={classes.steps} aria-label="Steps">
      {trails.length === 0 ? <p className={classes.none}>No step has begun yet.</p> : null}
      <table className={classes.table} hidden={trails.length === 0}>
        <thead>
          <tr>
            <th scope="col" className={classes.number}>
              #
            </th>
            <th scope="col">Step</th>
            <th scope="col">Status</th>
            {hasExits ? (
              <th scope="col" data-give="2">
                Left by
              </th>
            ) : null}
            {isRetried ? (
              <th scope="col" className={classes.figure} data-give="2">
                Attempts
              </th>
            ) : null}
            <th scope="col" className={classes.figure} data-give="1">
              Started
            </th>
            <th scope="col" className={classes.figure}>
              Duration
            </th>
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {trails.map(trail => {
            const node = nodes.get(trail.nodeId)
            const isChosen = trail.number === chosen?.number
            return (
              <tr key={trail.number} data-chosen={isChosen} onClick={() => onChoose(trail.number)}>
                <td className={classes.number}>{trail.number}</td>
                <td className={classes.named}>
                  <button
                    type="button"
                    className={classes.step}
                    data-number={trail.number}
                    aria-current={isChosen ? 'step' : undefined}
                    onClick={() => onChoose(trail.number)}
                  >
                    {node ? <NodeIcon size="small" face={faceOf(node, run.graph, names)} /> : null}
                    <span className={classes.cut}>{names.get(trail.nodeId) ?? trail.nodeId}</span>
                    {trail.path === '' ? null : (
                      <span className={classes.round}>{roundWords(trail.path)}</span>
                    )}
                  </button>
                </td>
                <td>
                  <Status kind={nodeStateWords(trail.state).kind}>
                    {trail.isRetrying ? 'Tries again' : nodeStateWords(trail.state).word}
                    <WaitsFor trail={trail} />
                  </Status>
                </td>
                {hasExits ? (
                  <td className={classes.exit} data-give="2">
                    {node ? exitWords(node, run.graph, trail.last.exits) : null}
                  </td>
                ) : null}
                {isRetried ? (
                  <td className={classes.figure} data-give="2">
                    {trail.attempts.length}
                  </td>
                ) : null}
                <td className={classes.figure} data-give="1" title={exactTime(trail.startedAt)}>
                  {offsetWords(trail.startedAt, start)}
                </td>
                <td className={classes.figure}>
                  <Span trail={trail} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

/** What a waiting step waits for, where there is room to say it. */
function WaitsFor({ trail }: { trail: Trail }) {
  const wait = waitWords(trail)
  return wait ? <span data-give="1">{` for ${wait.what}`}</span> : null
}

/** How long a step took, or how long it still waits. */
function Span({ trail }: { trail: Trail }) {
  if (trail.finishedAt !== null) return tookWords(trail.finishedAt - trail.startedAt)
  return trail.until === null ? null : <Countdown until={trail.until} isLeft />
}

/** How a step stands, and until when it waits. */
export function TrailStatus({ trail }: { trail: Trail }) {
  const { kind, word } = nodeStateWords(trail.state)
  const wait = waitWords(trail)
  return (
    <Status kind={kind}>
      {trail.isRetrying ? 'Tries again' : wait || trail.until === null ? word : 'Continues'}
      {wait ? ` for ${wait.what}` : null}
      {trail.until === null || wait ? null : (
        <>
          {' '}
          <Countdown until={trail.until} />
        </>
      )}
    </Status>
  )
}

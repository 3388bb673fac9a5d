import { Handle, type NodeProps, Position } from '@xyflow/react'
import { TriangleAlert } from 'lucide-react'
import { type CSSProperties, memo } from 'react'
import { StatusIcon } from '../../../ui/status.tsx'
import { FiguresBar } from '../overlay/figures-bar.tsx'
import { useFigures } from '../overlay/figures-context.ts'
import { figuresLine, figuresSentence } from '../overlay/node-figures.ts'
import { ARRIVAL_MS } from '../run/arrivals.ts'
import { Countdown } from '../run/countdown.tsx'
import { nodeStateWords, tookWords } from '../run/run-words.ts'
import { waitWords } from '../run/waits.ts'
import { counted } from '../words.ts'
import { exitOffset, type Mark, type StepData, type StepNode } from './drawing.ts'
import { NodeIcon } from './node-icon.tsx'
import classes from './step-node.module.css'

/** Ports are placed inside the border of the node, in pixels. */
const BORDER = 1

/** A node of the canvas: icon, name and one line about its settings, or about how it stands in a run. */
export const StepNodeView = memo(function StepNodeView({ id, data }: NodeProps<StepNode>) {
  const { face, ports, direction, isSelected, problems, mark } = data
  const isRight = direction === 'right'
  const figures = useFigures()
  const own = figures?.get(id)
  const delay = mark?.arrival === undefined ? undefined : `${mark.arrival * ARRIVAL_MS}ms`
  return (
    <div
      className={classes.node}
      data-state={mark?.state}
      data-diff={data.diff}
      data-selected={isSelected}
      data-new={mark?.arrival !== undefined}
      style={delay ? ({ '--arrival': delay } as CSSProperties) : undefined}
    >
      {face.kind === 'trigger' ? null : (
        <Handle
          type="target"
          position={isRight ? Position.Left : Position.Top}
          isConnectable={false}
          className={classes.entry}
          style={{ [isRight ? 'top' : 'left']: exitOffset(0, 1, direction) - BORDER }}
        />
      )}
      <button
        type="button"
        className={classes.face}
        data-step={id}
        aria-label={spoken(data, figures && figuresSentence(own))}
        title={figures && figuresSentence(own)}
        aria-pressed={isSelected}
        onClick={event => data.onPick(id, event.detail === 0)}
      >
        <NodeIcon face={face} />
        <span className={classes.words}>
          <span className={classes.name}>{face.name}</span>
          <span className={classes.line}>
            {mark ? <Standing mark={mark} /> : figures ? figuresLine(own) : face.line}
          </span>
        </span>
        {problems > 0 ? <TriangleAlert className={classes.problem} size={15} aria-hidden="true" /> : null}
        {figures ? <FiguresBar figures={own} /> : null}
      </button>
      {ports.map((exit, index) => (
        <Handle
          key={exit.id}
          id={exit.id}
          type="source"
          position={isRight ? Position.Right : Position.Bottom}
          isConnectable={false}
          className={classes.port}
          style={{ [isRight ? 'top' : 'left']: exitOffset(index, ports.length, direction) - BORDER }}
        />
      ))}
    </div>
  )
})

function Standing({ mark }: { mark: Mark }) {
  const { kind, word } = nodeStateWords(mark.state)
  const { trail } = mark
  const wait = trail && waitWords(trail)
  const took = trail && trail.finishedAt !== null ? tookWords(trail.finishedAt - trail.startedAt) : undefined
  return (
    <>
      <StatusIcon kind={kind} />
      <span className={classes.standing}>
        {wait ? (
          `${word} for ${wait.what}`
        ) : trail?.until ? (
          <>
            {trail.isRetrying ? 'Tries again' : 'Continues'} <Countdown until={trail.until} />
          </>
        ) : (
          word
        )}
        {took ? ` · ${took}` : null}
      </span>
    </>
  )
}

/** The whole node in words, for a screen reader. */
function spoken({ face, problems, mark, diff }: StepData, figures: string | undefined): string {
  const state = mark ? nodeStateWords(mark.state).word : undefined
  const parts = [
    face.name === face.title ? face.name : `${face.name}, ${face.title}`,
    state,
    diff,
    mark ? undefined : face.line,
    figures,
    problems > 0 ? counted(problems, 'problem') : undefined,
  ]
  return parts.filter(Boolean).join('. ')
}

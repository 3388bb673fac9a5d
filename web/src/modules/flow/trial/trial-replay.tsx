import { Clock, Info, Sparkles } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { DraftRun, TrialEffect, TrialNote } from '#modules/flow/contract.ts'
import { exactTime } from '../../../ui/time.ts'
import { Canvas } from '../canvas/canvas.tsx'
import type { RunDrawing } from '../canvas/drawing.ts'
import runClasses from '../run/run.module.css'
import { lastTrails, noteworthyStep, type Trail, takenEdges, trailsOf } from '../run/run-path.ts'
import { StepDetail, UnreachedDetail } from '../run/step-detail.tsx'
import { StepList } from '../run/step-list.tsx'
import classes from './trial.module.css'

const NO_ARRIVALS: ReadonlyMap<string, number> = new Map()

/** A trial on the canvas of the draft: its steps, what each took and gave, and what it would have done. */
export function TrialReplay({ run }: { run: DraftRun }) {
  const trails = useMemo(() => trailsOf(run), [run])
  const drawing = useMemo<RunDrawing>(
    () => ({ trails: lastTrails(trails), taken: takenEdges(run.graph, trails), arrivals: NO_ARRIVALS }),
    [run, trails],
  )
  const [chosen, setChosen] = useState<{ step: number } | { node: string }>()
  const detail = useRef<HTMLDivElement>(null)
  const trail = trailOf(chosen, trails)
  const node = run.graph.nodes.find(
    each => each.id === (chosen && 'node' in chosen ? chosen.node : trail?.nodeId),
  )
  const select = (id: string | undefined, byKeyboard: boolean) => {
    const last = id === undefined ? undefined : drawing.trails.get(id)
    setChosen(id === undefined ? undefined : last ? { step: last.number } : { node: id })
    if (byKeyboard) requestAnimationFrame(() => detail.current?.focus({ preventScroll: true }))
  }
  return (
    <div className={runClasses.replay}>
      <Canvas
        graph={run.graph}
        label={`Trial on the canvas of ${run.workflowName}`}
        selectedId={chosen === undefined ? undefined : node?.id}
        onSelect={select}
        run={drawing}
        follow={node?.id}
      />
      <div className={runClasses.data}>
        <div className={runClasses.pane}>
          <StepList run={run} trails={trails} chosen={trail} onChoose={step => setChosen({ step })} />
        </div>
        <div className={runClasses.detail} ref={detail} tabIndex={-1}>
          {trail ? (
            <StepDetail run={run} trail={trail}>
              <WouldDo
                effects={run.effects.filter(effect => effect.step === trail.number)}
                notes={run.notes.filter(note => note.step === trail.number)}
              />
            </StepDetail>
          ) : node ? (
            <UnreachedDetail node={node} run={run} />
          ) : null}
        </div>
      </div>
    </div>
  )
}

function trailOf(
  chosen: { step: number } | { node: string } | undefined,
  trails: readonly Trail[],
): Trail | undefined {
  if (chosen === undefined) return noteworthyStep(trails)
  return 'step' in chosen ? trails.find(each => each.number === chosen.step) : undefined
}

/** What a step would have done, and where the trial had to do without the world. */
export function WouldDo({
  effects,
  notes,
}: {
  effects: readonly TrialEffect[]
  notes: readonly TrialNote[]
}) {
  if (effects.length === 0 && notes.length === 0) return null
  return (
    <ul className={classes.would}>
      {effects.map((effect, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: effects of a trial never change places
        <li key={index} className={classes.effect}>
          <Sparkles size={14} aria-hidden="true" />
          <div>
            <p>
              <span className="visually-hidden">Would happen: </span>
              {effect.title}
            </p>
            {effect.details.length > 0 ? (
              <dl className={classes.details}>
                {effect.details.map(({ label, value }) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            ) : null}
          </div>
        </li>
      ))}
      {notes.map((note, index) => {
        const Icon = note.until === null ? Info : Clock
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: notes of a trial never change places
          <li key={index} className={classes.note}>
            <Icon size={14} aria-hidden="true" />
            <p>
              {note.text}
              {note.until === null ? null : ` It would have ended ${exactTime(Date.parse(note.until))}.`}
            </p>
          </li>
        )
      })}
    </ul>
  )
}

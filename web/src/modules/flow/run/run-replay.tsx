import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import type { GraphNode, RunDetail } from '#modules/flow/contract.ts'
import { Canvas } from '../canvas/canvas.tsx'
import type { RunDrawing } from '../canvas/drawing.ts'
import classes from './run.module.css'
import { RunLog, ViewBar } from './run-log.tsx'
import { lastTrails, noteworthyStep, type Trail, takenEdges, trailsOf } from './run-path.ts'
import { StepDetail, UnreachedDetail } from './step-detail.tsx'
import { StepList } from './step-list.tsx'
import { useArrivals } from './use-arrivals.ts'

const from = '/app/runs/$runId' as const

/** The run on the canvas of its version, its steps as a list, and what the chosen step took and gave. */
export function RunReplay({ run }: { run: RunDetail }) {
  const search = useSearch({ from })
  const navigate = useNavigate({ from: '/runs/$runId' })
  const detail = useRef<HTMLDivElement>(null)
  const trails = useMemo(() => trailsOf(run), [run])
  const arrivals = useArrivals(trails)
  const drawing = useMemo<RunDrawing>(
    () => ({ trails: lastTrails(trails), taken: takenEdges(run.graph, trails), arrivals }),
    [run, trails, arrivals],
  )
  const chosen = chosenOf(run, trails, search)

  const showStep = (number: number | undefined) =>
    navigate({ search: old => ({ ...old, node: undefined, step: number }), replace: true })
  const select = (id: string | undefined, byKeyboard: boolean) => {
    const trail = id === undefined ? undefined : drawing.trails.get(id)
    const shown =
      id === undefined || trail ? { step: trail?.number, node: undefined } : { step: undefined, node: id }
    navigate({ search: old => ({ ...old, ...shown }), replace: true })
    if (byKeyboard) requestAnimationFrame(() => detail.current?.focus({ preventScroll: true }))
  }

  return (
    <div className={classes.replay}>
      <Canvas
        graph={run.graph}
        label={`Run on the canvas of ${run.workflowName}`}
        selectedId={search.step === undefined && search.node === undefined ? undefined : chosen.node?.id}
        onSelect={select}
        run={drawing}
        follow={chosen.node?.id}
      />
      <div className={classes.data}>
        <div className={classes.pane}>
          <ViewBar />
          {search.view === 'log' ? (
            <RunLog run={run} onChoose={showStep} />
          ) : (
            <StepList run={run} trails={trails} chosen={chosen.trail} onChoose={showStep} />
          )}
        </div>
        <div className={classes.detail} ref={detail} tabIndex={-1}>
          {chosen.trail ? (
            <StepDetail run={run} trail={chosen.trail} />
          ) : chosen.node ? (
            <UnreachedDetail node={chosen.node} run={run} />
          ) : null}
        </div>
      </div>
    </div>
  )
}

interface Chosen {
  readonly trail: Trail | undefined
  readonly node: GraphNode | undefined
}

/** What a person chose, else the most telling step, which changes as the run goes on. */
function chosenOf(
  run: RunDetail,
  trails: readonly Trail[],
  search: { step?: number | undefined; node?: string | undefined },
): Chosen {
  const nodeOf = (id: string | undefined) => run.graph.nodes.find(node => node.id === id)
  if (search.step !== undefined) {
    const trail = trails.find(each => each.number === search.step)
    if (trail) return { trail, node: nodeOf(trail.nodeId) }
  }
  if (search.node !== undefined) {
    // A node that was not reached when it was chosen may have been since.
    const trail = trails.findLast(each => each.nodeId === search.node)
    return { trail, node: nodeOf(search.node) }
  }
  const trail = noteworthyStep(trails)
  return { trail, node: nodeOf(trail?.nodeId) }
}

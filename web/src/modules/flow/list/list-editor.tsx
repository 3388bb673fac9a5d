import { Button } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ListTree, Plus } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Graph, GraphNode, WorkflowDetail } from '#modules/flow/contract.ts'
import { useSavedLater } from '../../../shell/use-saved-later.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { isTrigger } from '../canvas/exits.ts'
import { nameOf } from '../canvas/face.ts'
import { EditorContext, useSnapshot } from '../editor/editor-context.ts'
import { isField } from '../editor/is-field.ts'
import { sessionOf } from '../editor/session.ts'
import { othersByNode, usePresence } from '../editor/use-presence.ts'
import { useProblems } from '../editor/use-problems.ts'
import { WorkflowNews } from '../editor/workflow-news.tsx'
import { listed } from '../words.ts'
import { type DraftProblem, problemsByNode } from '../workflow/draft-problems.ts'
import { AddStep, After } from './add-step.tsx'
import classes from './list.module.css'
import { ListBar } from './list-bar.tsx'
import { ListStep } from './list-step.tsx'
import { leadsOn, rowOf, whyNoRow } from './row-edits.ts'
import { useListActs } from './use-list-acts.ts'
import { useListKeys } from './use-list-keys.ts'

const from = '/app/workflows/$workflowId/' as const

/** Where a step is being added: before all, or after one of them. */
type Adding = { readonly after: string | undefined }

/** The same draft as on the canvas, as a list of its steps that is edited in place. */
export function ListEditor({ workflow }: { workflow: WorkflowDetail }) {
  return <List workflow={workflow} key={workflow.id} />
}

function List({ workflow }: { workflow: WorkflowDetail }) {
  const search = useSearch({ from })
  const [session] = useState(() => sessionOf(workflow))
  const { graph } = useSnapshot(session)
  const [adding, setAdding] = useState<Adding>()
  const [currentId, setCurrent] = useState<string>()
  const frame = useRef<HTMLDivElement>(null)
  const choose = useCallback(() => setAdding({ after: rowOf(session.get().graph)?.at(-1)?.id }), [session])
  useEffect(() => session.heard(workflow), [session, workflow])
  useSavedLater(session)
  const problems = useProblems(session, graph, workflow)
  const others = usePresence(workflow.id, search.node)
  const row = useMemo(() => rowOf(graph), [graph])

  const acts = useListActs(session, frame, choose)
  const { actions } = acts
  const canFollow = (id: string | undefined) => row?.some(each => each.id === id && leadsOn(each)) ?? false
  const add = () => {
    const near = [currentId, search.node, row?.at(-1)?.id].find(canFollow)
    if (row && !beginsWithTrigger(row)) setAdding({ after: undefined })
    else if (near !== undefined) setAdding({ after: near })
  }
  const onKeyDown = useListKeys({
    session,
    order: row?.map(({ id }) => id) ?? [],
    openedId: search.node,
    onAdd: add,
    onClose: acts.close,
    onFocus: actions.focus,
    onMove: acts.move,
    onDelete: acts.remove,
  })
  return (
    <EditorContext value={actions}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the buttons and fields inside bubble up to here */}
      <div
        ref={frame}
        className={classes.stage}
        onKeyDown={event => {
          if (event.key === 'Escape' && !event.defaultPrevented && isField(event.target)) {
            event.preventDefault()
            acts.close()
          } else onKeyDown(event)
        }}
        onFocus={event => {
          const id = event.target instanceof HTMLElement ? event.target.dataset.step : undefined
          if (id !== undefined) setCurrent(id)
        }}
      >
        <ListBar others={others} />
        <WorkflowNews />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
        <section className={classes.scroller} aria-label={`Steps of ${workflow.name}`} tabIndex={0}>
          {row === undefined ? (
            <NoRow why={whyNoRow(graph)} />
          ) : (
            <Steps
              row={row}
              graph={graph}
              problems={problems}
              others={others}
              adding={adding}
              onAdding={setAdding}
              acts={acts}
            />
          )}
        </section>
      </div>
    </EditorContext>
  )
}

interface StepsProps {
  row: readonly GraphNode[]
  graph: Graph
  problems: readonly DraftProblem[]
  others: ReturnType<typeof usePresence>
  adding: Adding | undefined
  onAdding: (adding: Adding | undefined) => void
  acts: ReturnType<typeof useListActs>
}

function Steps({ row, graph, problems, others, adding, onAdding, acts }: StepsProps) {
  const { node: openedId } = useSearch({ from })
  const perNode = useMemo(() => problemsByNode(problems, graph), [problems, graph])
  const perOther = useMemo(() => othersByNode(others), [others])
  const picker = (after: string | undefined) =>
    adding && adding.after === after ? (
      <AddStep
        after={after}
        onClose={() => {
          onAdding(undefined)
          if (after) acts.actions.focus(after)
        }}
        onAdded={id => {
          onAdding(undefined)
          acts.actions.open(id)
        }}
      />
    ) : undefined
  return (
    <ol className={classes.steps} aria-label="Steps in their order">
      {beginsWithTrigger(row) ? null : (
        <li>
          {picker(undefined) ?? (
            <button type="button" className={classes.begin} onClick={() => onAdding({ after: undefined })}>
              <Plus size={15} aria-hidden="true" />
              Choose what starts it
            </button>
          )}
          {row.length > 0 ? <span className={classes.way} /> : null}
        </li>
      )}
      {row.map((node, index) => (
        <li key={node.id}>
          <ListStep
            node={node}
            graph={graph}
            number={index + 1}
            isOpen={openedId === node.id}
            problems={problems}
            count={perNode.get(node.id) ?? 0}
            others={hereWords(perOther.get(node.id))}
            onToggle={() => acts.toggle(node.id)}
            onMove={by => acts.move(node.id, by)}
            onDelete={() => acts.remove(node.id)}
          />
          {picker(node.id) ?? (
            <After
              isLast={index === row.length - 1}
              leadsOn={leadsOn(node)}
              name={nameOf(node)}
              onAdd={() => onAdding({ after: node.id })}
            />
          )}
        </li>
      ))}
    </ol>
  )
}

function beginsWithTrigger([first]: readonly GraphNode[]): boolean {
  return first !== undefined && isTrigger(first.type)
}

function hereWords(names: readonly string[] | undefined): string | undefined {
  return names && `${listed(names)} ${names.length === 1 ? 'is' : 'are'} here`
}

function NoRow({ why }: { why: string }) {
  const navigate = useNavigate({ from: '/workflows/$workflowId/' })
  return (
    <EmptyState
      icon={<ListTree size={20} />}
      action={
        <Button
          variant="filled"
          onClick={() => navigate({ search: old => ({ ...old, as: undefined }), replace: true })}
        >
          Show the canvas
        </Button>
      }
    >
      A list shows one step after the other, and this workflow is more than that. {why}
    </EmptyState>
  )
}

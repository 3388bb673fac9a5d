import { Button } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ListTree, Plus } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { WorkflowDetail } from '#modules/flow/contract.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { isTrigger } from '../canvas/exits.ts'
import { nameOf } from '../canvas/face.ts'
import { headingOf, kindChoices } from '../editor/choices.ts'
import { type EditorActions, EditorContext, useSnapshot } from '../editor/editor-context.ts'
import { randomId } from '../editor/ids.ts'
import { NewsNotice } from '../editor/news-notice.tsx'
import { Picker } from '../editor/picker.tsx'
import { sessionOf } from '../editor/session.ts'
import { without, withStep } from '../editor/step-edits.ts'
import { othersByNode, usePresence } from '../editor/use-presence.ts'
import { useProblems } from '../editor/use-problems.ts'
import { useSavedLater } from '../editor/use-saved-later.ts'
import { listed } from '../words.ts'
import { problemsByNode } from '../workflow/draft-problems.ts'
import classes from './list.module.css'
import { ListBar } from './list-bar.tsx'
import { ListStep } from './list-step.tsx'
import { fitsRow, leadsOn, movedInRow, rowOf, spotAfterStep, whyNoRow, withTrigger } from './row-edits.ts'
import { useListKeys } from './use-list-keys.ts'

/** Where a step is being added: before all, or after one of them. */
type Adding = { readonly after: string | undefined }

/** The same draft as on the canvas, as a list of its steps that is edited in place. */
export function ListEditor({ workflow }: { workflow: WorkflowDetail }) {
  return <List workflow={workflow} key={workflow.id} />
}

function List({ workflow }: { workflow: WorkflowDetail }) {
  const search = useSearch({ from: '/app/workflows/$workflowId/' })
  const navigate = useNavigate({ from: '/workflows/$workflowId/' })
  const [session] = useState(() => sessionOf(workflow))
  const { graph } = useSnapshot(session)
  const [adding, setAdding] = useState<Adding>()
  const [currentId, setCurrent] = useState<string>()
  const frame = useRef<HTMLDivElement>(null)
  useSavedLater(session, workflow)
  const problems = useProblems(session, graph, workflow)
  const perNode = useMemo(() => problemsByNode(problems, graph), [problems, graph])
  const others = usePresence(workflow.id, search.node)
  const perOther = useMemo(() => othersByNode(others), [others])
  const row = useMemo(() => rowOf(graph), [graph])

  const actions = useMemo<EditorActions>(() => {
    const focus = (id: string) => {
      // A step that was just added is in the page only after the next drawing.
      const seek = (tries: number) => {
        const element = frame.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(id)}"]`)
        if (element) element.focus()
        else if (tries > 0) requestAnimationFrame(() => seek(tries - 1))
      }
      requestAnimationFrame(() => seek(5))
    }
    return {
      session,
      focus,
      open(id) {
        void navigate({ search: old => ({ ...old, node: id }), replace: true })
        focus(id)
      },
      choose: () => setAdding({ after: rowOf(session.get().graph)?.at(-1)?.id }),
      middle: () => ({ x: 0, y: 0 }),
    }
  }, [session, navigate])

  const hasTrigger = row?.[0] !== undefined && isTrigger(row[0].type)
  const canFollow = (id: string | undefined) => row?.some(each => each.id === id && leadsOn(each)) ?? false
  const show = (node: string | undefined) => navigate({ search: old => ({ ...old, node }), replace: true })
  const close = () => {
    const id = search.node
    void show(undefined)
    if (id) actions.focus(id)
  }
  const move = (id: string, by: -1 | 1) => {
    if (session.apply(movedInRow(session.get().graph, id, by))) actions.focus(id)
  }
  const remove = (id: string) => {
    const index = row?.findIndex(node => node.id === id) ?? -1
    const next = row?.[index + 1] ?? row?.[index - 1]
    if (!session.apply(without(session.get().graph, new Set([id]), randomId))) return
    if (search.node === id) void show(undefined)
    if (next) actions.focus(next.id)
  }
  const add = () => {
    const near = [currentId, search.node, row?.at(-1)?.id].find(canFollow)
    if (!hasTrigger) setAdding({ after: undefined })
    else if (near !== undefined) setAdding({ after: near })
  }
  const onKeyDown = useListKeys({
    session,
    order: row?.map(({ id }) => id) ?? [],
    openedId: search.node,
    onAdd: add,
    onClose: close,
    onFocus: actions.focus,
    onMove: move,
    onDelete: remove,
  })
  const picker = (after: string | undefined) =>
    adding && adding.after === after ? (
      <AddStep
        after={after}
        workflow={workflow}
        onClose={id => {
          setAdding(undefined)
          const to = id ?? after
          if (to) actions.focus(to)
        }}
        onAdded={id => {
          setAdding(undefined)
          actions.open(id)
        }}
      />
    ) : null

  return (
    <EditorContext value={actions}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the buttons and fields inside bubble up to here */}
      <div
        ref={frame}
        className={classes.stage}
        onKeyDown={event => {
          if (event.key === 'Escape' && !event.defaultPrevented && isField(event.target)) {
            event.preventDefault()
            close()
          } else onKeyDown(event)
        }}
        onFocus={event => {
          const id = event.target instanceof HTMLElement ? event.target.dataset.step : undefined
          if (id !== undefined) setCurrent(id)
        }}
      >
        <ListBar others={others} />
        <NewsNotice />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
        <section className={classes.scroller} aria-label={`Steps of ${workflow.name}`} tabIndex={0}>
          {row === undefined ? (
            <NoRow why={whyNoRow(graph)} />
          ) : (
            <ol className={classes.steps} aria-label="Steps in their order">
              {hasTrigger ? null : (
                <li>
                  {picker(undefined) ?? (
                    <button
                      type="button"
                      className={classes.begin}
                      onClick={() => setAdding({ after: undefined })}
                    >
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
                    isOpen={search.node === node.id}
                    problems={problems}
                    count={perNode.get(node.id) ?? 0}
                    others={hereWords(perOther.get(node.id))}
                    onToggle={() => void show(search.node === node.id ? undefined : node.id)}
                    onMove={by => move(node.id, by)}
                    onDelete={() => remove(node.id)}
                  />
                  {picker(node.id) ?? (
                    <After
                      isLast={index === row.length - 1}
                      leadsOn={leadsOn(node)}
                      name={nameOf(node)}
                      onAdd={() => setAdding({ after: node.id })}
                    />
                  )}
                </li>
              ))}
            </ol>
          )}
        </section>
      </div>
    </EditorContext>
  )
}

function hereWords(names: readonly string[] | undefined): string | undefined {
  return names && `${listed(names)} ${names.length === 1 ? 'is' : 'are'} here`
}

function isField(target: EventTarget): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input, textarea, [contenteditable="true"]') &&
    target.getAttribute('aria-expanded') !== 'true'
  )
}

interface AfterProps {
  isLast: boolean
  leadsOn: boolean
  name: string
  onAdd: () => void
}

/** What comes after a step: room for another one, or why there is none. */
function After({ isLast, leadsOn: isOpen, name, onAdd }: AfterProps) {
  if (!isOpen) return isLast ? <p className={classes.end}>Nothing can follow “{name}” in a list.</p> : null
  return (
    <div className={classes.after} data-last={isLast}>
      <button type="button" className={classes.add} aria-label={`Add a step after ${name}`} onClick={onAdd}>
        <Plus size={14} aria-hidden="true" />
        {isLast ? 'Add step' : null}
      </button>
    </div>
  )
}

interface AddStepProps {
  after: string | undefined
  workflow: WorkflowDetail
  /** Nothing was added; the id is where the keyboard goes. */
  onClose: (id?: string) => void
  onAdded: (id: string) => void
}

/** The palette in place, with the kinds that leave the list a list. */
function AddStep({ after, workflow, onClose, onAdded }: AddStepProps) {
  const session = sessionOf(workflow)
  const { graph } = useSnapshot(session)
  const spot = useMemo(() => (after === undefined ? undefined : spotAfterStep(graph, after)), [graph, after])
  const options = useMemo(() => {
    const isLast = spot !== undefined && 'after' in spot
    return kindChoices(graph, { what: 'step', spot }).filter(({ id }) =>
      spot === undefined ? isTrigger(id) : fitsRow(id, isLast),
    )
  }, [graph, spot])
  const pick = (type: string) => {
    const edit = spot ? withStep(graph, type, spot, randomId) : withTrigger(graph, type, randomId)
    const [id] = edit?.selected ?? []
    if (session.apply(edit) && id !== undefined) onAdded(id)
    else onClose()
  }
  const heading = spot ? headingOf(graph, { what: 'step', spot }) : 'Choose what starts it'
  return (
    <div className={classes.picker}>
      <Picker heading={heading} options={options} onPick={pick} onClose={() => onClose()} />
    </div>
  )
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

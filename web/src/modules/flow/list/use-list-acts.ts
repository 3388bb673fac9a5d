import { useNavigate, useSearch } from '@tanstack/react-router'
import { type RefObject, useMemo } from 'react'
import type { EditorActions } from '../editor/editor-context.ts'
import { randomId } from '../editor/ids.ts'
import type { EditorSession } from '../editor/session.ts'
import { without } from '../editor/step-edits.ts'
import { movedInRow, rowOf } from './row-edits.ts'

/** What can be done with the steps of the list; the keyboard goes along with what it did. */
export function useListActs(
  session: EditorSession,
  frame: RefObject<HTMLElement | null>,
  choose: EditorActions['choose'],
) {
  const search = useSearch({ from: '/app/workflows/$workflowId/' })
  const navigate = useNavigate({ from: '/workflows/$workflowId/' })
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
      choose,
      // Steps of a list have no places of their own.
      middle: () => ({ x: 0, y: 0 }),
    }
  }, [session, frame, choose, navigate])

  const show = (node: string | undefined) => navigate({ search: old => ({ ...old, node }), replace: true })
  return {
    actions,
    toggle: (id: string) => void show(search.node === id ? undefined : id),
    close() {
      const id = search.node
      void show(undefined)
      if (id) actions.focus(id)
    },
    move(id: string, by: -1 | 1) {
      if (session.apply(movedInRow(session.get().graph, id, by))) actions.focus(id)
    },
    remove(id: string) {
      const { graph } = session.get()
      const row = rowOf(graph) ?? []
      const index = row.findIndex(node => node.id === id)
      const next = row[index + 1] ?? row[index - 1]
      if (!session.apply(without(graph, new Set([id]), randomId))) return
      if (search.node === id) void show(undefined)
      if (next) actions.focus(next.id)
    },
  }
}

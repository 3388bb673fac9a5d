import { useEffect } from 'react'
import type { Graph } from '#modules/flow/contract.ts'
import { undoShortcuts } from '../../../shell/undo-buttons.tsx'
import { announce } from '../../../ui/announce.tsx'
import { type Shortcut, useShortcuts } from '../../../ui/shortcuts.ts'
import { counted } from '../words.ts'
import { connecting } from './choosing.tsx'
import { clipOf, clipText, pasted, readClip } from './clip.ts'
import { useEditor } from './editor-context.ts'
import { randomId } from './ids.ts'
import { withNote } from './note-edits.ts'
import { GRID, movedBy, tidied } from './places.ts'
import { without } from './step-edits.ts'

/** How far a copy stands from what was copied, in pixels. */
const COPY_BY = { x: 40, y: 100 }
const FAR = 5

/** What is chosen; with nothing chosen, the step or note the keyboard is on. */
function targets({ selected }: { readonly selected: ReadonlySet<string> }): ReadonlySet<string> {
  const active = document.activeElement
  const id = active instanceof HTMLElement ? active.dataset.step : undefined
  return selected.size === 0 && id !== undefined ? new Set([id]) : selected
}

/** What can be done with what is chosen, for keys, buttons and menus alike. */
export function useChosenActs() {
  const { session, focus, middle } = useEditor()
  const put = (clip: ReturnType<typeof clipOf>, place: Parameters<typeof pasted>[2]) => {
    const edit = clip && pasted(session.get().graph, clip, place, randomId)
    if (!session.apply(edit)) return
    const [first] = edit?.selected ?? []
    if (first) focus(first)
  }
  return {
    duplicate() {
      put(clipOf(session.get().graph, targets(session.get())), { by: COPY_BY })
    },
    paste(text: string) {
      const clip = readClip(text)
      if (!clip) return false
      const { x, y } = middle()
      put(clip, { at: { x: x - 110, y: y - 30 } })
      return true
    },
    remove() {
      const { graph } = session.get()
      const ids = targets(session.get())
      const before = neighbour(graph, ids)
      if (session.apply(without(graph, ids, randomId)) && before) focus(before)
    },
    tidy() {
      const { graph, selected } = session.get()
      session.apply({ graph: tidied(graph, selected), words: 'Tidied up.' })
    },
    note() {
      const edit = withNote(session.get().graph, middle(), randomId)
      session.apply(edit)
    },
    copy(): string | undefined {
      const clip = clipOf(session.get().graph, targets(session.get()))
      if (!clip) return undefined
      announce(`Copied ${counted(clip.nodes.length + clip.notes.length, 'step')}.`)
      return clipText(clip)
    },
    all() {
      const { graph } = session.get()
      session.choose([...graph.nodes, ...(graph.notes ?? [])].map(({ id }) => id))
      announce(`${counted(graph.nodes.length, 'step')} chosen.`)
    },
    move(x: number, y: number) {
      const { graph } = session.get()
      const ids = targets(session.get())
      const next = movedBy(graph, ids, { x, y })
      if (next === graph) return
      session.apply({ graph: next, words: 'Moved.', mark: `move ${[...ids].join(' ')}` })
    },
  }
}

/** A step before what is chosen, where the keyboard goes when that is deleted. */
function neighbour(graph: Graph, selected: ReadonlySet<string>): string | undefined {
  const into = graph.edges.find(edge => selected.has(edge.target) && !selected.has(edge.source))
  const outOf = graph.edges.find(edge => selected.has(edge.source) && !selected.has(edge.target))
  const edge = graph.edges.find(each => selected.has(each.id))
  return into?.source ?? outOf?.target ?? edge?.source ?? graph.nodes.find(({ id }) => !selected.has(id))?.id
}

/** Every key of the editor, and the clipboard. */
export function useEditorKeys(currentId: string | undefined): void {
  const { session, choose, open } = useEditor()
  const acts = useChosenActs()
  const group = 'Editor'
  const at = () => {
    const { graph, selected } = session.get()
    const id = selected.size === 1 ? [...selected][0] : currentId
    return graph.nodes.find(node => node.id === id)
  }
  const move = (key: string, label: string, x: number, y: number): Shortcut[] => [
    { keys: `alt+${key}`, label: `Move ${label}`, group, run: () => acts.move(x, y) },
    {
      keys: `alt+shift+${key}`,
      label: `Move ${label}, far`,
      group,
      run: () => acts.move(x * FAR, y * FAR),
    },
  ]
  useShortcuts([
    { keys: '/', label: 'Add a step', group, run: () => choose({ what: 'step' }) },
    {
      keys: 'l',
      label: 'Connect to another step',
      group,
      run: () => {
        const node = at()
        if (node) choose(connecting(node))
      },
    },
    { keys: 'f', label: 'Go to a step', group, run: () => choose({ what: 'find' }) },
    { keys: 'n', label: 'Add a note', group, run: acts.note },
    {
      keys: 'e',
      label: 'Edit the settings',
      group,
      run: () => {
        const node = at()
        if (node) open(node.id, true)
      },
    },
    { keys: 'delete', label: 'Delete what is chosen', group, run: acts.remove },
    { keys: 'backspace', label: 'Delete what is chosen', group, run: acts.remove },
    ...undoShortcuts(session, group),
    { keys: 'mod+a', label: 'Choose everything', group, run: acts.all },
    { keys: 'mod+d', label: 'Duplicate', group, run: acts.duplicate },
    { keys: 'shift+t', label: 'Tidy up', group, run: acts.tidy },
    ...move('arrowleft', 'left', -GRID, 0),
    ...move('arrowright', 'right', GRID, 0),
    ...move('arrowup', 'up', 0, -GRID),
    ...move('arrowdown', 'down', 0, GRID),
  ])
  useClipboard(acts)
}

function useClipboard(acts: ReturnType<typeof useChosenActs>): void {
  useEffect(() => {
    const isText = (event: ClipboardEvent) => {
      const { target } = event
      if (
        target instanceof Element &&
        target.closest('input, textarea, [contenteditable="true"], [data-typing]')
      )
        return true
      return event.type !== 'paste' && document.getSelection()?.isCollapsed === false
    }
    const onCopy = (event: ClipboardEvent) => {
      if (isText(event)) return
      const text = acts.copy()
      if (text === undefined) return
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
      if (event.type === 'cut') acts.remove()
    }
    const onPaste = (event: ClipboardEvent) => {
      if (isText(event)) return
      if (acts.paste(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault()
    }
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCopy)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCopy)
      document.removeEventListener('paste', onPaste)
    }
  })
}

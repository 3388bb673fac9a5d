import { useCallback, useEffect, useRef, useState } from 'react'
import type { GraphNode } from '#modules/flow/contract.ts'
import { type SettingPath, withValueAt } from './paths.ts'

/** How long a pause in typing is before what was typed is handed on and checked. */
const PAUSE_MS = 300

/** What of a node the panel edits; where it stands on the canvas is not its affair. */
export type NodeParts = Partial<Pick<GraphNode, 'label' | 'config' | 'retry' | 'timeoutMs'>>

export interface NodeDraft {
  /** The node as it stands in the fields. */
  readonly node: GraphNode
  /** The same after the last pause, for what is too slow or too restless to follow each key. */
  readonly settled: GraphNode
  /** Changes parts of the node; a part given as undefined is taken away. */
  readonly change: (parts: { [Name in keyof NodeParts]: NodeParts[Name] | undefined }) => void
  readonly set: (path: SettingPath, value: unknown) => void
  /** Hands on at once what was typed. */
  readonly flush: () => void
}

function settingsText({ label, config, retry, timeoutMs }: GraphNode): string {
  return JSON.stringify([label, config, retry, timeoutMs])
}

/**
 * Keeps what is typed where only the panel is drawn anew by it, and hands it on when typing pauses, the keyboard leaves the
 * panel or another node is shown. What changed elsewhere meanwhile, such as by undo, replaces it unless something was typed that nobody
 * has yet.
 */
export function useNodeDraft(given: GraphNode, onChange: (node: GraphNode) => void): NodeDraft {
  const [node, setNode] = useState(given)
  const [settled, setSettled] = useState(given)
  const [seen, setSeen] = useState(given)
  const latest = useRef({ node, given, onChange })
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  latest.current.given = given
  latest.current.onChange = onChange
  if (given !== seen) {
    setSeen(given)
    if (timer.current === undefined && settingsText(given) !== settingsText(node)) {
      latest.current.node = given
      setNode(given)
      setSettled(given)
    }
  }

  const flush = useCallback(() => {
    if (timer.current === undefined) return
    clearTimeout(timer.current)
    timer.current = undefined
    const { node: edited, given: outside, onChange: tell } = latest.current
    const next = { ...edited, position: outside.position }
    latest.current.node = next
    setSettled(next)
    tell(next)
  }, [])
  useEffect(() => flush, [flush])

  const put = useCallback(
    (next: GraphNode) => {
      latest.current.node = next
      setNode(next)
      clearTimeout(timer.current)
      timer.current = setTimeout(flush, PAUSE_MS)
    },
    [flush],
  )
  const change = useCallback<NodeDraft['change']>(
    parts => {
      const merged = Object.entries({ ...latest.current.node, ...parts }).filter(
        ([, part]) => part !== undefined,
      )
      put(Object.fromEntries(merged) as GraphNode)
    },
    [put],
  )
  const set = useCallback<NodeDraft['set']>(
    (path, value) => {
      const { node: before } = latest.current
      put({ ...before, config: withValueAt(before.config, path, value) as GraphNode['config'] })
    },
    [put],
  )
  return { node, settled, change, set, flush }
}

import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { matchStroke, strokeOf } from './key-stroke.ts'

export interface Shortcut {
  /** As written in key-stroke.ts: `mod+k`, `g l`, `?`. */
  readonly keys: string
  /** What it does, for the list of keys. */
  readonly label: string
  /** The heading it stands under in the list of keys. */
  readonly group: string
  readonly run: () => void
  /** Also while a person types or a dialog is open. Only for combinations with mod. */
  readonly always?: boolean | undefined
}

const sequencePause = 1200
interface Layer {
  /** What was drawn later, and what stands inside of something, has a greater one. */
  readonly order: number
  readonly shortcuts: readonly Shortcut[]
}

let layers: readonly Layer[] = []
let drawn = 0
let current: readonly Shortcut[] = []
const listeners = new Set<() => void>()
let pending = ''
let pendingTimer: ReturnType<typeof setTimeout> | undefined

function changeLayers(next: readonly Layer[]): void {
  layers = next.toSorted((a, b) => a.order - b.order)
  const byKeys = new Map<string, Shortcut>()
  for (const layer of layers) for (const shortcut of layer.shortcuts) byKeys.set(shortcut.keys, shortcut)
  current = [...byKeys.values()]
  for (const listener of listeners) listener()
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('[role="textbox"], textarea, select, [data-typing]'))
    return true
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range)$/.test(target.type)
}

function isInDialog(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('[aria-modal="true"], [role="menu"], [role="listbox"]') !== null
  )
}

function waitFor(next: string): void {
  pending = next
  clearTimeout(pendingTimer)
  if (next) pendingTimer = setTimeout(() => waitFor(''), sequencePause)
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.repeat) return
  const quiet = isTyping(event.target) || isInDialog(event.target)
  const usable = quiet ? current.filter(shortcut => shortcut.always) : current
  const match = matchStroke(new Set(usable.map(shortcut => shortcut.keys)), pending, strokeOf(event))
  waitFor(match.kind === 'wait' ? match.pending : '')
  if (match.kind !== 'run') return
  const found = usable.find(shortcut => shortcut.keys === match.keys)
  if (!found) return
  event.preventDefault()
  found.run()
}

/** Starts listening; returns what stops it. Called once by the app. */
export function listenForShortcuts(): () => void {
  window.addEventListener('keydown', onKeyDown)
  return () => window.removeEventListener('keydown', onKeyDown)
}

/**
 * Adds shortcuts for as long as the component is shown. Where two use the same keys, the component drawn last wins,
 * and a part over the page it stands on. The list may be made anew on each render.
 */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  // Taken while drawing, which goes from the outside to the inside; effects go the other way round.
  const [order] = useState(() => ++drawn)
  const signature = shortcuts.map(each => `${each.keys}\n${each.label}\n${each.group}`).join('\n\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the list, whose functions are read when run
  useEffect(() => {
    const mine = latest.current.map((each, index) => ({
      ...each,
      run: () => latest.current[index]?.run(),
    }))
    const layer: Layer = { order, shortcuts: mine }
    changeLayers([...layers, layer])
    return () => changeLayers(layers.filter(other => other !== layer))
  }, [signature])
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** All shortcuts that work now, for the list of keys. */
export function useCurrentShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(subscribe, () => current)
}

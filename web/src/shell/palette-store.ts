import type { LucideIcon } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'

export interface PaletteAction {
  readonly id: string
  readonly label: string
  readonly group: string
  readonly keywords?: string | undefined
  readonly keys?: string | undefined
  readonly icon?: LucideIcon | undefined
  readonly run: () => void
}

/** What one component offers. The frame stands behind every page, whichever of them was drawn first. */
interface Layer {
  readonly actions: readonly PaletteAction[]
  readonly isFrame: boolean
}

let layers: readonly Layer[] = []
let current: readonly PaletteAction[] = []
let open = false
const listeners = new Set<() => void>()

function change(next: readonly Layer[]): void {
  layers = next
  // What a page offers itself stands in the place of what is offered everywhere.
  const byId = new Map<string, PaletteAction>()
  const ordered = [...layers].reverse().sort((a, b) => Number(a.isFrame) - Number(b.isFrame))
  for (const action of ordered.flatMap(({ actions }) => actions))
    if (!byId.has(action.id)) byId.set(action.id, action)
  current = [...byId.values()]
  for (const listener of listeners) listener()
}

/** Offers actions in the command palette for as long as the component is shown; the page's own come first. */
export function usePaletteActions(actions: readonly PaletteAction[], isFrame = false): void {
  const latest = useRef(actions)
  latest.current = actions
  const signature = actions.map(each => `${each.id}\n${each.label}`).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the list, whose functions are read when run
  useEffect(() => {
    const own = latest.current.map((each, index) => ({ ...each, run: () => latest.current[index]?.run() }))
    const layer = { actions: own, isFrame }
    change([...layers, layer])
    return () => change(layers.filter(other => other !== layer))
  }, [signature, isFrame])
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Everything the palette offers now. */
export function usePaletteList(): readonly PaletteAction[] {
  return useSyncExternalStore(subscribe, () => current)
}

/** What had the focus when the palette opened. */
let opener: Element | null = null
/** The frame after which the focus is given back; 0 when nothing waits for it. */
let returning = 0

/** Nothing has taken the focus: it is still in the palette, or was lost with it. */
function isFocusFree(): boolean {
  const { activeElement } = document
  return activeElement === null || activeElement === document.body || isInPalette(activeElement)
}

/** Gives the focus back, unless what was chosen in the palette has taken it by then. */
function giveFocusBack(): void {
  returning = 0
  if (isFocusFree() && opener instanceof HTMLElement) opener.focus({ preventScroll: true })
}

function isInPalette(element: Element): boolean {
  return element.closest('[data-palette]') !== null
}

function setOpen(next: boolean): void {
  if (next === open) return
  cancelAnimationFrame(returning)
  if (!next) {
    // Two frames later: a form that an action opens gets the focus in the first one.
    returning = requestAnimationFrame(() => {
      returning = requestAnimationFrame(giveFocusBack)
    })
  } else {
    // Opened again before the focus was back, it belongs to whatever had it the first time.
    if (returning === 0 || !isFocusFree()) opener = document.activeElement
    returning = 0
  }
  open = next
  for (const listener of listeners) listener()
}

export function openPalette(): void {
  setOpen(true)
}

/** Opens the palette, or closes it when it is open. */
export function togglePalette(): void {
  setOpen(!open)
}

export function closePalette(): void {
  setOpen(false)
}

export function usePaletteOpen(): boolean {
  return useSyncExternalStore(subscribe, () => open)
}

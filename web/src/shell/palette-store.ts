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

let layers: readonly (readonly PaletteAction[])[] = []
let current: readonly PaletteAction[] = []
let open = false
const listeners = new Set<() => void>()

function change(next: readonly (readonly PaletteAction[])[]): void {
  layers = next
  current = [...layers].reverse().flat()
  for (const listener of listeners) listener()
}

/** Offers actions in the command palette for as long as the component is shown; the page's own come first. */
export function usePaletteActions(actions: readonly PaletteAction[]): void {
  const latest = useRef(actions)
  latest.current = actions
  const signature = actions.map(each => `${each.id}\n${each.label}`).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the list, whose functions are read when run
  useEffect(() => {
    const layer = latest.current.map((each, index) => ({ ...each, run: () => latest.current[index]?.run() }))
    change([...layers, layer])
    return () => change(layers.filter(other => other !== layer))
  }, [signature])
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Everything the palette offers now. */
export function usePaletteList(): readonly PaletteAction[] {
  return useSyncExternalStore(subscribe, () => current)
}

function setOpen(next: boolean): void {
  open = next
  for (const listener of listeners) listener()
}

export function openPalette(): void {
  setOpen(true)
}

export function closePalette(): void {
  setOpen(false)
}

export function usePaletteOpen(): boolean {
  return useSyncExternalStore(subscribe, () => open)
}

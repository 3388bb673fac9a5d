import { useSyncExternalStore } from 'react'
import { z } from 'zod'
import { endPreviews, startPreview, VIEW_AS_HEADER } from '#modules/iam/contract.ts'
import type { Route } from '#platform/contract/route.ts'

const KEY = 'millrace.view-as'
const Viewed = z.object({ target: z.string(), name: z.string(), isRole: z.boolean() })
/** Whom this tab shows the organization as. */
export type Viewed = z.output<typeof Viewed>

function stored(): Viewed | undefined {
  try {
    return Viewed.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? 'null')).data
  } catch {
    return undefined
  }
}

const viewed = stored()

/** Whom the tab shows the organization as; undefined in one's own view. It changes with a new load of the page only. */
export function useViewed(): Viewed | undefined {
  return useSyncExternalStore(
    () => () => {},
    () => viewed,
  )
}

/** The header of a request while somebody else's view is shown. Changes carry it too, and are refused by it. */
export function viewAsHeaders(route: Route): Record<string, string> {
  const isWay = route.id === startPreview.id || route.id === endPreviews.id
  return viewed && route.access !== 'public' && !isWay ? { [VIEW_AS_HEADER]: viewed.target } : {}
}

/** Shows the whole app anew as somebody else, or with nothing given as oneself. */
export function showAs(next: Viewed | undefined): void {
  if (next) sessionStorage.setItem(KEY, JSON.stringify(next))
  else sessionStorage.removeItem(KEY)
  location.assign(next ? '/' : '/settings/access')
}

import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import { getPublicBranding, type PublicBranding, paletteOf } from '#modules/iam/contract.ts'
import { routeQuery } from '../../shell/api.ts'

/** How the page should look to somebody who is not signed in; undefined until it is known. */
export function useBranding(): PublicBranding | undefined {
  const { organization } = useSearch({ strict: false })
  const place = organization === undefined ? { host: window.location.host } : { slug: organization }
  const found = useQuery({
    ...routeQuery(getPublicBranding, { query: place }),
    retry: false,
    staleTime: Infinity,
  })
  // A page that cannot find out looks like Millrace; signing in works all the same.
  return found.isError ? { name: 'Millrace', accentColor: null, logoUrl: null } : found.data
}

/** The variables that give everything below an element the shades of an accent color, in both themes. */
export function brandStyle(accentColor: string | null | undefined): CSSProperties | undefined {
  if (!accentColor) return undefined
  const { light, dark } = paletteOf(accentColor)
  const both = (shade: keyof typeof light) => `light-dark(${light[shade]}, ${dark[shade]})`
  return {
    '--accent': both('accent'),
    '--accent-hover': both('accentHover'),
    '--text-on-accent': both('onAccent'),
    '--accent-text': both('accentText'),
    '--accent-line': both('accentLine'),
    '--accent-soft': both('accentSoft'),
    '--focus': both('accentLine'),
  } as CSSProperties
}

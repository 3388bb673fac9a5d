import { type PublicBranding, paletteOf, shadesFor } from '#modules/iam/contract.ts'
import { organizationAt, organizationBranding } from '#modules/iam/index.ts'
import { inOrganization } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import type { PublishedForm } from '../published-forms.ts'

/**
 * Throws `request.not_found` when the name that a form was asked for under belongs to another organization, whose
 * visitors must not be taken for this one's.
 */
export async function assertReachableHere(
  { kit, header }: Pick<Http, 'kit' | 'header'>,
  form: PublishedForm,
): Promise<void> {
  const owner = await organizationAt(kit, { host: header('host') ?? '' })
  if (owner !== null && owner !== form.orgId) throw generalErrors.not_found()
}

/** How the page of a form looks: like its organization, whatever name it is reached by. Throws as `assertReachableHere`. */
export async function brandOf(http: Http, form: PublishedForm): Promise<PublicBranding | null> {
  await assertReachableHere(http, form)
  const { kit } = http
  const actor = { type: 'visitor', address: http.address } as const
  return inOrganization(kit, { orgId: form.orgId, actor }, organizationBranding)
}

const NAME = /^brand-([0-9a-f]{6})(?:-on-([0-9a-f]{6}))?-(light|dark)\.css$/

/** The address of the style sheet of an accent color on the app's page, or on one of another color. */
export function brandSheetUrl(accent: string, pageColor: string | null, side: 'light' | 'dark'): string {
  const ground = pageColor === null ? '' : `-on-${pageColor.slice(1)}`
  return `/f/assets/brand-${accent.slice(1)}${ground}-${side}.css`
}

/**
 * The style sheet that an address names, or null for another address. Its colors stand in the address and are all that is in
 * it, so it never changes.
 */
export function brandSheet(name: string): string | null {
  const [, accent, ground, side] = NAME.exec(name) ?? []
  if (accent === undefined) return null
  const palette = paletteOf(`#${accent}`)
  const own = side === 'dark' ? palette.dark : palette.light
  const shades = ground === undefined ? own : shadesFor(`#${accent}`, `#${ground}`)
  return `:root{${ground === undefined ? '' : `--page:#${ground};`}--accent:${shades.accent};--accent-hover:${shades.accentHover};--on-accent:${shades.onAccent};--focus:${shades.accentLine};--info-soft:${shades.accentSoft};--link:${shades.accentText}}`
}

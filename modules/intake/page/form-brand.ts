import { type PublicBranding, paletteOf } from '#modules/iam/contract.ts'
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
  const host = header('host') ?? ''
  const owner = await kit.db.withGlobal(tx => organizationAt(tx, kit.config.publicUrl, { host }))
  if (owner !== null && owner !== form.orgId) throw generalErrors.not_found()
}

/** How the page of a form looks: like its organization, whatever name it is reached by. Throws as `assertReachableHere`. */
export async function brandOf(http: Http, form: PublishedForm): Promise<PublicBranding | null> {
  await assertReachableHere(http, form)
  const { kit } = http
  const actor = { type: 'visitor', address: http.address } as const
  return inOrganization(kit, { orgId: form.orgId, actor }, organizationBranding)
}

const NAME = /^brand-([0-9a-f]{6})\.css$/

/** The address of the style sheet of an accent color `#rrggbb`. The color is all that is in it, so it never changes. */
export function brandSheetUrl(accentColor: string): string {
  return `/f/assets/brand-${accentColor.slice(1)}.css`
}

/** The style sheet that an address names, or null for another address. */
export function brandSheet(name: string): string | null {
  const color = NAME.exec(name)?.[1]
  if (color === undefined) return null
  const { light, dark } = paletteOf(`#${color}`)
  const rules = (shades: typeof light) =>
    `--accent:${shades.accent};--accent-hover:${shades.accentHover};--on-accent:${shades.onAccent};--focus:${shades.accentLine};--info-soft:${shades.accentSoft}`
  return `:root{${rules(light)}}@media (prefers-color-scheme:dark){:root{${rules(dark)}}}`
}

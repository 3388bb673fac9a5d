import type { Kit } from '#platform/context.ts'
import { isWelcome } from '../page/site-rules.js'
import { currentForm, type PublishedForm } from '../published-forms.ts'

/** Whether the pages of an origin may show a form and send it, by the hosts that the form allows. */
export function isAllowedSite(kit: Kit, form: PublishedForm, origin: string): boolean {
  return isWelcome(form.embed.allowedHosts, origin, kit.config.publicUrl)
}

/** As `isAllowedSite`, for the form of a key; nobody is for one that is not public. */
export async function admitsSite(kit: Kit, origin: URL, params: unknown): Promise<boolean> {
  const { formKey } = params as { readonly formKey: string }
  const form = await currentForm(kit, formKey)
  return form !== null && form.status !== 'draft' && isAllowedSite(kit, form, origin.origin)
}

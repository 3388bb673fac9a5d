import { switchOrganization } from '#modules/iam/contract.ts'
import { toastFailed } from '../ui/toast-store.ts'
import { call } from './api.ts'
import { problemWords } from './problem.ts'

/** Goes on in another organization, with a fresh page so that nothing of the former one stays in memory. */
export async function switchTo(organization: { readonly id: string; readonly name: string }): Promise<void> {
  try {
    await call(switchOrganization, { body: { organizationId: organization.id } })
  } catch (error) {
    const words = problemWords(error)
    toastFailed({
      message: `${organization.name} could not be opened.`,
      detail: [words.what, words.next].filter(Boolean).join(' '),
      requestId: words.requestId,
      retry: () => switchTo(organization),
    })
    return
  }
  window.location.assign('/')
}

import type { NewPasskey, PasskeyAnswer, PasskeyOffer, PasskeyQuestion } from '#modules/iam/contract.ts'
import { problemWords } from '../../shell/problem.ts'

interface Failed {
  /** What went wrong, for people; null when the person merely closed the browser's own dialog. */
  readonly failed: string
}

const NO_PASSKEYS = 'This browser cannot use passkeys here.'

/** What a browser says when the person closed its dialog, waited too long, or has no passkey to show. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return NO_PASSKEYS
  if (error.name === 'InvalidStateError') return 'This device has a passkey of your account already.'
  if (error.name === 'NotAllowedError' || error.name === 'AbortError') return 'No passkey was used.'
  if (error.name === 'WebAuthnError' || error.name === 'SecurityError') return NO_PASSKEYS
  return problemWords(error).what
}

/** Whether the browser knows passkeys at all. */
export function knowsPasskeys(): boolean {
  return typeof window.PublicKeyCredential === 'function'
}

/** Lets the person choose a passkey that signs what `ask` gets from the server. */
export async function answerPasskey(
  ask: () => Promise<PasskeyQuestion>,
  options: { fromAutofill?: boolean } = {},
): Promise<{ passkey: PasskeyAnswer } | Failed> {
  if (!knowsPasskeys()) return { failed: NO_PASSKEYS }
  try {
    const { startAuthentication } = await import('@simplewebauthn/browser')
    const answer = await startAuthentication({
      optionsJSON: (await ask()) as never,
      useBrowserAutofill: options.fromAutofill === true,
    })
    return { passkey: answer as unknown as PasskeyAnswer }
  } catch (error) {
    return { failed: wordsOf(error) }
  }
}

/** Lets an authenticator make a passkey from what `ask` gets from the server. */
export async function makePasskey(
  ask: () => Promise<PasskeyOffer>,
): Promise<{ passkey: NewPasskey } | Failed> {
  if (!knowsPasskeys()) return { failed: NO_PASSKEYS }
  try {
    const { startRegistration } = await import('@simplewebauthn/browser')
    const made = await startRegistration({ optionsJSON: (await ask()) as never })
    return { passkey: made as unknown as NewPasskey }
  } catch (error) {
    return { failed: wordsOf(error) }
  }
}

/** Whether the browser offers passkeys in the list under a field. */
export async function offersPasskeysInFields(): Promise<boolean> {
  if (!knowsPasskeys()) return false
  const { browserSupportsWebAuthnAutofill } = await import('@simplewebauthn/browser')
  return browserSupportsWebAuthnAutofill()
}

/** Ends what waits for a passkey, such as the offer in a field. */
export async function stopWaitingForPasskey(): Promise<void> {
  if (!knowsPasskeys()) return
  const { WebAuthnAbortService } = await import('@simplewebauthn/browser')
  WebAuthnAbortService.cancelCeremony()
}

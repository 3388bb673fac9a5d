import type { Kit } from '#platform/context.ts'
import { sha256 } from '#platform/crypto/tokens.ts'
import { messageOf } from '#platform/log.ts'
import type { PublishedForm } from '../published-forms.ts'
import { type Captcha, captchaSecretAt, currentProtection } from './protection.ts'
import type { CaptchaProvider, CaptchaService } from './protection-api.ts'
import type { Sign } from './signs.ts'

const SERVICES: Readonly<Record<Exclude<CaptchaProvider, 'other'>, CaptchaService>> = {
  turnstile: {
    scriptUrl: 'https://challenges.cloudflare.com/turnstile/v0/api.js',
    widgetClass: 'cf-turnstile',
    answerField: 'cf-turnstile-response',
    verifyUrl: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  },
  hcaptcha: {
    scriptUrl: 'https://js.hcaptcha.com/1/api.js',
    widgetClass: 'h-captcha',
    answerField: 'h-captcha-response',
    verifyUrl: 'https://api.hcaptcha.com/siteverify',
  },
  recaptcha: {
    scriptUrl: 'https://www.google.com/recaptcha/api.js',
    widgetClass: 'g-recaptcha',
    answerField: 'g-recaptcha-response',
    verifyUrl: 'https://www.google.com/recaptcha/api/siteverify',
  },
}

/** Where else their pages take things from. */
const SOURCES: Readonly<Record<Exclude<CaptchaProvider, 'other'>, string>> = {
  turnstile: 'https://challenges.cloudflare.com',
  hcaptcha: 'https://hcaptcha.com https://*.hcaptcha.com',
  recaptcha:
    'https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/ https://recaptcha.google.com/recaptcha/',
}

function serviceOf({ provider, service }: Captcha): CaptchaService {
  if (provider !== 'other') return SERVICES[provider]
  if (!service) throw new Error('A captcha of another service has no service.')
  return service
}

/** What a page shows of a captcha: its script, its widget, the field of its answer, and what its rules have to allow. */
export interface CaptchaWidget {
  readonly siteKey: string
  readonly scriptUrl: string
  readonly widgetClass: string
  readonly answerField: string
  /** The fields that the widget adds to the form. One service adds those of another as well. */
  readonly fields: readonly string[]
  /** Sources for scripts, frames, styles and connections. */
  readonly sources: string
}

/** The widget of the captcha that a form has now, or null. */
export async function widgetOf(kit: Kit, form: PublishedForm): Promise<CaptchaWidget | null> {
  const { captcha } = await currentProtection(kit, form)
  if (!captcha) return null
  const { scriptUrl, widgetClass, answerField } = serviceOf(captcha)
  const sources = captcha.provider === 'other' ? new URL(scriptUrl).origin : SOURCES[captcha.provider]
  const fields = [answerField, 'g-recaptcha-response']
  return { siteKey: captcha.siteKey, scriptUrl, widgetClass, answerField, fields, sources }
}

const TIMEOUT_MS = 4_000
const ANSWER_MAX_BYTES = 64 * 1024
const PASSED_MAX = 5_000

/** Answers that a service has found good. It says so once only, and a page may have to send again. */
const passed = new WeakMap<Kit, Set<string>>()

/**
 * What speaks against a submission after the service of its form's captcha was asked; nothing where the form has none and where
 * it was passed. A service that does not answer lets nobody in and loses nobody: the submission is held back.
 */
export async function captchaSigns(
  kit: Kit,
  form: PublishedForm,
  captcha: Captcha | null,
  answer: string | null,
): Promise<readonly Sign[]> {
  if (!captcha) return []
  if (answer === null || answer === '') {
    return [{ code: 'captcha_missing', words: 'It came without the answer to the captcha.', points: 100 }]
  }
  const memory = passed.get(kit) ?? new Set<string>()
  passed.set(kit, memory)
  const mark = sha256(`${form.formId} ${answer}`).toString('base64url')
  if (memory.has(mark)) return []
  const outcome = await ask(kit, form, captcha, answer)
  if (outcome === 'failed') {
    return [{ code: 'captcha_failed', words: 'The captcha was not passed.', points: 100 }]
  }
  if (outcome === 'unknown') {
    return [{ code: 'captcha_silent', words: 'The service of the captcha did not answer.', points: 100 }]
  }
  memory.add(mark)
  if (memory.size > PASSED_MAX) memory.delete(memory.values().next().value ?? mark)
  return []
}

async function ask(
  kit: Kit,
  { orgId, formId }: PublishedForm,
  captcha: Captcha,
  answer: string,
): Promise<'passed' | 'failed' | 'unknown'> {
  try {
    const secret = await kit.vault.openText(captcha.secret, captchaSecretAt(orgId, formId))
    const response = await kit.egress.request({
      url: serviceOf(captcha).verifyUrl,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      // The address of the visitor is nobody's business.
      body: new URLSearchParams({ secret, response: answer }).toString(),
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: ANSWER_MAX_BYTES,
      partition: orgId,
    })
    const said: unknown = response.status === 200 ? JSON.parse(response.text()) : null
    if (typeof said !== 'object' || said === null || !('success' in said)) return 'unknown'
    if (said.success === true) return 'passed'
    // A wrong secret is the organization's mistake and not the visitor's.
    return /secret/.test(JSON.stringify(said)) ? 'unknown' : 'failed'
  } catch (error) {
    kit.log.warn({ formId, error: messageOf(error) }, 'intake.captcha_silent')
    return 'unknown'
  }
}

/** The routes of how a form is protected. Browser-safe. */

import { z } from 'zod'
import { Id, line } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

export const ProtectionLevel = z.enum(['off', 'standard', 'strict'])
export type ProtectionLevel = z.output<typeof ProtectionLevel>
export const CaptchaProvider = z.enum(['turnstile', 'hcaptcha', 'recaptcha', 'other'])
export type CaptchaProvider = z.output<typeof CaptchaProvider>

const HttpsUrl = z
  .string()
  .trim()
  .max(500)
  .refine(text => {
    const url = URL.parse(text)
    return url?.protocol === 'https:' && /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(url.hostname)
  }, 'Use an address that begins with https://.')
  .meta({ example: 'https://captcha.example.com/api.js' })

/** A service that is not known by its name. */
export const CaptchaService = z
  .strictObject({
    scriptUrl: HttpsUrl.describe('The script that shows the widget.'),
    widgetClass: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,60}$/, 'Use letters, digits, - and _.')
      .describe('The class of the element that the script looks for.'),
    answerField: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,60}$/, 'Use letters, digits, - and _.')
      .describe('The field that the widget adds to the form.'),
    verifyUrl: HttpsUrl.describe(
      'Takes `secret` and `response` as a form post and answers JSON with `success`.',
    ),
  })
  .meta({ id: 'CaptchaService' })
export type CaptchaService = z.output<typeof CaptchaService>

export const FormProtection = z
  .object({
    level: ProtectionLevel.describe(
      'How much it takes to be held back. `off` holds back only what fills in the hidden field and blocked senders; `strict` asks every page for a proof of work.',
    ),
    captcha: z
      .object({
        provider: CaptchaProvider,
        siteKey: z.string(),
        service: CaptchaService.nullable().describe('Set for `other`.'),
      })
      .nullable()
      .describe('The secret is never answered again.'),
  })
  .meta({ id: 'FormProtection' })
export type FormProtection = z.output<typeof FormProtection>

const WorkflowPath = z.strictObject({ workflowId: Id })

export const getFormProtection = defineRoute({
  id: 'intake.form_protection.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/form/protection',
  summary: 'Read how a form is protected',
  access: 'forms:read',
  params: WorkflowPath,
  response: FormProtection,
})

export const setFormProtection = defineRoute({
  id: 'intake.form_protection.set',
  method: 'PATCH',
  path: '/v1/workflows/:workflowId/form/protection',
  summary: 'Change how a form is protected',
  description:
    'At once, for everybody who sends it from now on. What is left out stays. With a captcha, whatever comes without its answer is held back, also from visitors without JavaScript; while its service does not answer, everything is.',
  access: 'forms:write',
  params: WorkflowPath,
  body: z.strictObject({
    level: ProtectionLevel.optional(),
    captcha: z
      .strictObject({
        provider: CaptchaProvider,
        siteKey: line(200),
        secret: line(500).optional().describe('Left out, the one that is there stays.'),
        service: CaptchaService.nullable().default(null),
      })
      .refine(
        captcha => (captcha.provider === 'other') === (captcha.service !== null),
        'Say where a service is that is not one of those known by name, and of no other.',
      )
      .nullable()
      .optional()
      .describe('Null for none.'),
  }),
  response: FormProtection,
  errors: ['intake.captcha_secret_needed'],
  example: { body: { level: 'strict' } },
})

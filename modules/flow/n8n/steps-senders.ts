/**
 * Triggers of services that call an address. What n8n gives its steps is often not what the service sends: it lists events one by
 * one, lifts the payload up, or fetches the rest from the service. Browser-safe.
 */

import type { Path } from '#platform/contract/plain-data.ts'
import { type Item, itemAt, over, recordAt } from './item.ts'
import { type Mapped, type Translation, Unmapped } from './translation.ts'

interface Service {
  readonly name: string
  /** How deliveries are proved, where webhooks here know the service. */
  readonly type?: string
  readonly given?: (step: Translation) => Pick<Mapped, 'item' | 'list'>
}

const body = (...path: Path) => itemAt('webhook', 'body', ...path)

/** Headers and query stand beside the body. */
const whole = () => ({ item: itemAt('webhook') })

/** One item for every entry of a list, so a loop stands behind the trigger. */
function each(...path: Path) {
  return () => ({
    item: body(...path, 0),
    list: { at: ['webhook', 'body', ...path], entry: (loop: string) => itemAt('loops', loop, 'item') },
  })
}

/** The service sends an id, and n8n asked it for the rest unless that was switched off. */
function fetched(name: string, setting: string | null, item: Item = body()) {
  return (step: Translation) => {
    if (setting === null || step.get(setting) !== false)
      step.needs(`${name} only sends ids here. Fetch the rest with a request behind the trigger.`)
    return { item }
  }
}

function calendar() {
  const names = ['triggerEvent', 'createdAt'].map(name => ({ name: [name], at: ['webhook', 'body', name] }))
  return { item: over(recordAt(null, names), body('payload')) }
}

function typeform(step: Translation) {
  const isSimple = step.get('simplifyAnswers') !== false
  const isOnly = step.get('onlyAnswers') !== false
  if (isSimple)
    step.needs(
      'Typeform sends the answers as a list, in the order of the questions. Read them as {{ webhook.body.form_response.answers[0].text }} where they stood under their question.',
    )
  return { item: isOnly ? body('form_response', 'answers') : body() }
}

function notReadable(): never {
  throw new Unmapped('Jotform sends its answers as a form with files, which webhooks here do not read.')
}

const SERVICES: Readonly<Record<string, Service>> = {
  telegramTrigger: { name: 'Telegram' },
  githubTrigger: { name: 'GitHub', type: 'github', given: whole },
  stripeTrigger: { name: 'Stripe', type: 'stripe' },
  typeformTrigger: { name: 'Typeform', given: typeform },
  calendlyTrigger: { name: 'Calendly' },
  calTrigger: { name: 'Cal.com', given: calendar },
  jotFormTrigger: { name: 'Jotform', given: notReadable },
  shopifyTrigger: { name: 'Shopify' },
  wooCommerceTrigger: { name: 'WooCommerce' },
  pipedriveTrigger: { name: 'Pipedrive' },
  linearTrigger: { name: 'Linear' },
  gitlabTrigger: { name: 'GitLab', given: whole },
  jiraTrigger: { name: 'Jira' },
  asanaTrigger: { name: 'Asana', given: each('events') },
  clickUpTrigger: { name: 'ClickUp' },
  facebookLeadAdsTrigger: { name: 'Facebook', given: fetched('Facebook', null) },
  surveyMonkeyTrigger: { name: 'SurveyMonkey', given: fetched('SurveyMonkey', 'resolveData') },
  activeCampaignTrigger: { name: 'ActiveCampaign' },
  mailchimpTrigger: { name: 'Mailchimp' },
  mailerLiteTrigger: {
    name: 'MailerLite',
    given: step => (step.node.version >= 2 ? { item: body('fields') } : each('events')()),
  },
  acuitySchedulingTrigger: { name: 'Acuity', given: fetched('Acuity', 'resolveData') },
}

export const callingTriggers: readonly string[] = Object.keys(SERVICES)

export function calling(step: Translation): Mapped {
  const {
    name,
    type = 'none',
    given = () => ({ item: body() }),
  } = SERVICES[step.node.kind.slice(step.node.kind.lastIndexOf('.') + 1)] ?? { name: 'The service' }
  step.differs(`${name} has to be told the address of this webhook; n8n did that by itself.`)
  return { type: 'webhook', config: { verification: { type } }, exits: ['out'], ...given(step) }
}

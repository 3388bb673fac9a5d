/** Messages and records in other services whose keys do not expire, as calls of their interfaces. Browser-safe. */

import { itemAt } from './item.ts'
import { objectOf, textOf } from './n8n-file.ts'
import { callNode, encoded, type Pair, secretHeader } from './steps-http.ts'
import { isExpression, type Mapped, outputOf, type Translation, Unmapped } from './translation.ts'

/** A setting that may be chosen from a list, with its value under `value`. */
function chosen(step: Translation, path: string): unknown {
  const value = step.get(path)
  return typeof value === 'object' && value !== null ? objectOf(value).value : value
}

function body(step: Translation, members: Readonly<Record<string, unknown>>): string {
  const written = Object.entries(members)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${JSON.stringify(name)}: ${step.jsonValue(value)}`)
  return `{ ${written.join(', ')} }`
}

function action(step: Translation, resource: string, operation: string): string {
  return `${step.word('resource', resource)}: ${step.word('operation', operation)}`
}

function refused(what: string, service: string): never {
  throw new Unmapped(`It does "${what.slice(0, 60)}" in ${service}.`)
}

function needsText(value: unknown, what: string): unknown {
  if (value === undefined || value === '') throw new Unmapped(`It does not say ${what}.`)
  return value
}

function called(
  step: Translation,
  service: string,
  url: string,
  headers: readonly Pair[],
  json: string,
): Mapped {
  step.differs(`It calls ${service} by HTTP; what comes back is laid out as ${service} gives it.`)
  return callNode(step, { method: 'POST', url, headers, body: json })
}

export function slack(step: Translation): Mapped {
  const what = action(step, 'message', 'post')
  if (what !== 'message: post') return refused(what, 'Slack')
  const type = step.word('messageType', 'text')
  if (type !== 'text') throw new Unmapped('It sends a message of blocks.')
  const channel =
    step.word('select') === 'user'
      ? chosen(step, 'user')
      : (chosen(step, 'channelId') ?? chosen(step, 'channel'))
  const json = body(step, {
    channel: needsText(channel, 'to which channel it goes'),
    text: needsText(step.get('text'), 'what the message says'),
  })
  const secret = secretHeader(step, 'Authorization', 'Bearer ', 'the token of your Slack app')
  return called(step, 'Slack', 'https://slack.com/api/chat.postMessage', [secret], json)
}

export function telegram(step: Translation): Mapped {
  const what = action(step, 'message', 'sendMessage')
  if (what !== 'message: sendMessage') return refused(what, 'Telegram')
  if (!/^(?:none|)$/.test(step.word('replyMarkup', 'none')))
    throw new Unmapped('It sends buttons with its message.')
  step.needs('Enter the token of your Telegram bot in the address of the request.')
  const json = body(step, {
    chat_id: needsText(step.get('chatId'), 'to whom it goes'),
    text: needsText(step.get('text'), 'what the message says'),
    parse_mode: step.get('additionalFields.parse_mode'),
  })
  step.differs('It calls Telegram by HTTP; what comes back is laid out as Telegram gives it.')
  return callNode(step, { method: 'POST', url: 'https://api.telegram.org/bot{{ }}/sendMessage', body: json })
}

export function discord(step: Translation): Mapped {
  const isOld = step.node.version < 2
  if (!isOld && step.word('authentication', 'botToken') !== 'webhook')
    throw new Unmapped('It works as a bot in Discord.')
  const content = isOld ? step.get('text') : step.get('content')
  const url = step.text(step.get('webhookUri'))
  if (url === '') step.needs('Enter the address of the Discord webhook in the request.')
  step.differs('It calls Discord by HTTP; what comes back is laid out as Discord gives it.')
  const json = body(step, {
    content: needsText(content, 'what the message says'),
    username: step.get('options.username'),
  })
  return callNode(step, { method: 'POST', url: url === '' ? '{{ }}' : url, body: json })
}

export function mattermost(step: Translation): Mapped {
  const what = action(step, 'message', 'post')
  if (what !== 'message: post') return refused(what, 'Mattermost')
  step.needs('Enter the address of your Mattermost in the request.')
  const json = body(step, {
    channel_id: needsText(step.get('channelId'), 'to which channel it goes'),
    message: needsText(step.get('message'), 'what the message says'),
  })
  const secret = secretHeader(step, 'Authorization', 'Bearer ', 'the token of your Mattermost account')
  return called(step, 'Mattermost', 'https://{{ }}/api/v4/posts', [secret], json)
}

export function twilio(step: Translation): Mapped {
  if (step.word('resource', 'sms') !== 'sms') return refused(step.word('resource'), 'Twilio')
  step.needs('Enter the identifier of your Twilio account in the address of the request.')
  const secret = secretHeader(step, 'Authorization', 'Basic ', 'the account and token of Twilio, in Base64')
  const form = (name: string, value: unknown) => {
    const text = isExpression(value) ? step.text(value) : encodeURIComponent(textOf(value))
    return `${name}=${encoded(text)}`
  }
  const content = [
    form('From', step.get('from')),
    form('To', step.get('to')),
    form('Body', step.get('message')),
  ].join('&')
  step.differs('It calls Twilio by HTTP; what comes back is laid out as Twilio gives it.')
  return callNode(step, {
    method: 'POST',
    url: 'https://api.twilio.com/2010-04-01/Accounts/{{ }}/Messages.json',
    headers: [secret, { name: 'Content-Type', value: 'application/x-www-form-urlencoded' }],
    body: content,
    isText: true,
  })
}

/** A contact of HubSpot by address: made, or changed when it is known. */
export function hubspot(step: Translation): Mapped {
  const resource = step.word('resource', step.node.version >= 2 ? 'contact' : 'deal')
  const what = `${resource}: ${step.word('operation', resource === 'contact' ? 'upsert' : 'create')}`
  if (what !== 'contact: upsert') return refused(what, 'HubSpot')
  const more = objectOf(step.get('additionalFields'))
  const names: readonly (readonly [string, string])[] = [
    ['firstname', 'firstName'],
    ['lastname', 'lastName'],
    ['phone', 'phoneNumber'],
    ['company', 'companyName'],
    ['jobtitle', 'jobTitle'],
    ['city', 'city'],
    ['country', 'country'],
    ['website', 'websiteUrl'],
  ]
  const known = new Set(names.map(([, theirs]) => theirs))
  const left = Object.keys(more).filter(name => !known.has(name))
  if (left.length > 0) step.differs(`These fields are not sent: ${left.slice(0, 20).join(', ')}.`)
  const email = needsText(step.get('email'), 'whose contact it is')
  const properties = body(
    step,
    Object.fromEntries([['email', email], ...names.map(([own, theirs]) => [own, more[theirs]])]),
  )
  const secret = secretHeader(step, 'Authorization', 'Bearer ', 'the token of your HubSpot app')
  const json = `{ "inputs": [{ "idProperty": "email", "id": ${step.jsonValue(email)}, "properties": ${properties} }] }`
  const url = 'https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert'
  return {
    ...called(step, 'HubSpot', url, [secret], json),
    item: itemAt('nodes', step.id, 'body', 'results', 0),
  }
}

const PIPEDRIVE: Readonly<Record<string, readonly string[]>> = {
  person: ['name', 'email', 'phone', 'org_id', 'owner_id'],
  organization: ['name', 'owner_id'],
  note: ['content', 'person_id', 'org_id', 'deal_id', 'lead_id'],
  deal: ['title', 'value', 'currency', 'person_id', 'org_id', 'stage_id', 'status'],
  activity: ['subject', 'type', 'note', 'person_id', 'org_id', 'deal_id', 'due_date', 'done'],
}

export function pipedrive(step: Translation): Mapped {
  const resource = step.word('resource', 'deal')
  const operation = step.word('operation', 'create')
  const fields = PIPEDRIVE[resource]
  if (operation !== 'create' || fields === undefined || !Object.hasOwn(PIPEDRIVE, resource))
    return refused(`${resource}: ${operation}`, 'Pipedrive')
  const given = { ...objectOf(step.get('additionalFields')), ...step.node.parameters }
  const members = Object.fromEntries(fields.map(name => [name, given[name]]))
  const secret = secretHeader(step, 'x-api-token', '', 'the API token of Pipedrive')
  const made = called(
    step,
    'Pipedrive',
    `https://api.pipedrive.com/v1/${resource === 'activity' ? 'activities' : `${resource}s`}`,
    [secret],
    body(step, members),
  )
  return { ...made, item: outputOf(step.id, 'body', 'data') }
}

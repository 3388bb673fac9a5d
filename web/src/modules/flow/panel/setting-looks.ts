import type { Config } from './paths.ts'

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** What a schema does not say about how a setting is entered. */
type Look =
  | 'text'
  | 'code'
  | 'free_json'
  | 'literal'
  | 'template_code'
  | 'milliseconds'
  | 'hidden'
  | { readonly rows: number }

/** By the name of the setting, in every kind of node. */
const BY_NAME: Readonly<Record<string, Look>> = {
  id: 'hidden',
  label: 'text',
  prefix: 'text',
  timeoutMs: 'milliseconds',
  body: { rows: 4 },
  text: { rows: 6 },
  note: { rows: 3 },
  notes: { rows: 3 },
  message: { rows: 3 },
  description: { rows: 3 },
}

/** By kind of node and path, where the name alone says too little or the wrong thing. */
const BY_PATH: Readonly<Record<string, Look>> = {
  'code.source': 'code',
  'schedule.input': 'free_json',
  'find_records.conditions.field': 'text',
  'find_records.sort': 'text',
  'switch.cases.equals': 'literal',
  'send_email.text': { rows: 8 },
  'send_email.html': 'template_code',
  'http_request.url': { rows: 1 },
  'http_request.body': 'template_code',
  'imported_step.source': 'hidden',
  'imported_step.exits': 'hidden',
  'imported_step.kind': 'hidden',
  'imported_step.reason': 'hidden',
  'imported_step.definition': 'code',
}

/** What a way of setting something up holds right after it was chosen. */
const BEGINNINGS: Readonly<Record<string, Config>> = {
  'wait.duration': { duration: { amount: 1, unit: 'days' } },
  'wait.until': { until: '' },
  'wait.businessHours': {
    businessHours: { timeZone: HERE, days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' },
  },
  'webhook.header': { header: '' },
  'webhook.path': { path: '' },
  'webhook.secret_header': { header: 'x-webhook-secret' },
  'webhook.hmac': { header: 'x-signature' },
}

/** What a way of setting a kind of node up begins with. */
export function wayBeginning(type: string, way: string): Config {
  return BEGINNINGS[`${type}.${way}`] ?? {}
}

/** How a setting is entered where its schema does not say; undefined where it does. */
export function lookOf(type: string, shape: string): Look | undefined {
  const name = shape.slice(shape.lastIndexOf('.') + 1)
  return BY_PATH[`${type}.${shape}`] ?? BY_NAME[name]
}

/** What stands in place of the words of a schema, where those are about what is stored rather than what is entered. */
const ABOUT: Readonly<Record<string, string>> = {
  'code.timeoutMs': 'How long the code may run.',
  'wait.businessHours.days': '',
  'switch.rules.label': '',
  'switch.cases.label': '',
  'random_split.exits.label': '',
  'random_split.exits.weight': '',
  // Forms offer what there is to choose from, so how it may be written is for who writes without one.
  'change_tags.record':
    'Left empty, the one of the event that started the run, or the person behind its lead.',
  'complete_task.deal': 'Instead of one task: a deal whose open tasks are all completed, up to 100.',
  'create_activity.assignee': 'Left empty, nobody in particular.',
  'create_activity.company': '',
  'create_activity.deal':
    'Where no person, company and deal is named, it is about the record of the event that started the run, or the person behind its lead.',
  'create_activity.person': '',
  'create_deal.company': 'Left empty, the company of the person, if there is one.',
  'create_deal.owner': 'Left empty, nobody’s.',
  'create_deal.person': 'Left empty, the person behind the lead of the run, if there is one.',
  'create_deal.pipeline': 'Left empty, the first pipeline.',
  'create_deal.stage': 'Left empty, the first open stage.',
  'lookup.email': 'By their e-mail address, such as {{ lead.email }}, or one in particular.',
  'lookup.record': 'Left empty, the one of the event that started the run.',
  'move_lead.status': 'A column of the board the lead is on.',
  'notify.members': 'One that comes out empty is left out.',
  'take_turns.choices':
    'One after the other, then from the first again. Members are given out by their e-mail address.',
  'update_company.company': 'Left empty, the company of the event that started the run.',
  'update_company.set': 'A missing value clears the field.',
  'update_deal.deal': 'Left empty, the deal of the event that started the run.',
  'update_deal.set': 'A missing value clears the field. Another stage moves the deal.',
  'update_person.email':
    'Left empty, the person of the event that started the run, or else the one behind its lead.',
  'update_person.set': 'A missing value clears the field.',
}

/** What a setting is for, unless its label says the same already. */
export function aboutOf(
  type: string,
  shape: string,
  label: string,
  said: string | undefined,
): string | undefined {
  const about = ABOUT[`${type}.${shape}`] ?? said ?? ''
  const isSaid = about.toLowerCase().replace(/\.$/, '') === label.toLowerCase()
  return isSaid || about === '' ? undefined : about
}

type Test = (config: Config) => boolean

const sends = ({ method = 'GET' }: Config) => method !== 'GET' && method !== 'HEAD'
const byRules = ({ mode = 'rules' }: Config) => mode === 'rules'
const byValue = ({ mode }: Config) => mode === 'value'
const byKey = ({ match }: Config) => match === 'key'
const isTask = ({ kind = 'task' }: Config) => kind === 'task'

/** Settings that mean something only beside certain others. */
const SHOWN_WHEN: Readonly<Record<string, Test>> = {
  'merge.count': ({ mode }) => mode === 'count',
  'merge.cancelRest': ({ mode = 'all' }) => mode !== 'all',
  'switch.rules': byRules,
  'switch.all': byRules,
  'switch.value': byValue,
  'switch.cases': byValue,
  'lookup.email': ({ what }) => what === 'person',
  'lookup.record': ({ what = 'lead' }) => what !== 'lead' && what !== 'person',
  'create_activity.outcome': ({ kind }) => kind === 'call',
  'create_activity.due': isTask,
  'create_activity.priority': isTask,
  'wait_for_event.key': byKey,
  'wait_for_event.includeEarlier': byKey,
  'http_request.body': sends,
  'http_request.bodyType': sends,
}

/** Whether a setting means something beside the others. */
export function isShown(type: string, name: string, config: Config): boolean {
  return SHOWN_WHEN[`${type}.${name}`]?.(config) ?? true
}

const SHOWN_AFTER = [
  'missing',
  'all',
  'atMostOnce',
  'maxItems',
  'allowOwn',
  'includeEarlier',
  'html',
] as const
const lateNames: ReadonlySet<string> = new Set(SHOWN_AFTER)

/** Whether few people need a setting, so that it stands after the others. */
export function isLate(name: string): boolean {
  return lateNames.has(name)
}

import type { Config } from './paths.ts'

/** What can be picked by name where a setting holds its id or name. */
export type PickSource =
  | 'workflow'
  | 'form'
  | 'mailbox'
  | 'member'
  | 'lead_status'
  | 'pipeline'
  | 'stage'
  | 'tag'

/** What a schema does not say about how a setting is entered. */
type Look =
  | 'text'
  | 'code'
  | 'free_json'
  | 'template_code'
  | 'milliseconds'
  | 'hidden'
  | { readonly rows: number }
  | { readonly pick: PickSource }

/** By the name of the setting, in every kind of node. */
const BY_NAME: Readonly<Record<string, Look>> = {
  id: 'hidden',
  label: 'text',
  prefix: 'text',
  timeoutMs: 'milliseconds',
  workflowId: { pick: 'workflow' },
  formId: { pick: 'form' },
  mailboxId: { pick: 'mailbox' },
  mailbox: { pick: 'mailbox' },
  ownerId: { pick: 'member' },
  ownerUserId: { pick: 'member' },
  owner: { pick: 'member' },
  assigneeId: { pick: 'member' },
  assignee: { pick: 'member' },
  userId: { pick: 'member' },
  pipelineId: { pick: 'pipeline' },
  pipeline: { pick: 'pipeline' },
  stageId: { pick: 'stage' },
  stage: { pick: 'stage' },
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
  'move_lead.status': { pick: 'lead_status' },
  'send_email.text': { rows: 8 },
  'send_email.html': 'template_code',
  'http_request.url': { rows: 1 },
  'http_request.body': 'template_code',
}

/** How a setting is entered where its schema does not say; undefined where it does. */
export function lookOf(type: string, shape: string): Look | undefined {
  const name = shape.slice(shape.lastIndexOf('.') + 1)
  return BY_PATH[`${type}.${shape}`] ?? BY_NAME[name]
}

type Test = (config: Config) => boolean

const sends = ({ method = 'GET' }: Config) => method !== 'GET' && method !== 'HEAD'
const byRules = ({ mode = 'rules' }: Config) => mode === 'rules'
const byValue = ({ mode }: Config) => mode === 'value'
const byKey = ({ match }: Config) => match === 'key'

/** Settings that mean something only beside certain others. */
const SHOWN_WHEN: Readonly<Record<string, Test>> = {
  'merge.count': ({ mode }) => mode === 'count',
  'merge.cancelRest': ({ mode = 'all' }) => mode !== 'all',
  'switch.rules': byRules,
  'switch.all': byRules,
  'switch.value': byValue,
  'switch.cases': byValue,
  'lookup.email': ({ what }) => what === 'person',
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

import { isPlainObject, type Json, type JsonObject } from '#platform/contract/plain-data.ts'
import type { GraphNode } from '../graph.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import type { Effect } from '../run-state.ts'
import type { TrialEffect } from './trial-api.ts'

const VALUE_LENGTH_MAX = 2_000
const TITLE_VALUE_MAX = 100
const DETAILS_MAX = 30

type Words = (payload: JsonObject) => string

/** What would be done, by kind of effect; any other kind is named after the step. */
const TITLES: Readonly<Record<string, Words>> = {
  send_email: ({ to }) => `Would send an e-mail to ${named(to)}`,
  notify: ({ roles }) => `Would notify every ${listed(roles, 'member')} in the app`,
  start_run: () => 'Would start another workflow',
  ask_approval: ({ roles }) => `Would ask every ${listed(roles, 'member')} to decide`,
  wait_for_event: () => 'Would wait for an event',
  move_lead: ({ status }) => `Would move the lead to ${named(status)}`,
  create_person: ({ email }) => `Would add the person ${named(email)}`,
  update_person: ({ email }) =>
    email === null ? 'Would change the person of the lead' : `Would change the person ${named(email)}`,
  create_deal: ({ set }) => `Would create the deal ${named(memberOf(set, 'name'))}`,
  update_deal: () => 'Would change a deal',
  create_company: ({ name }) => `Would create the company ${named(name)}`,
  update_company: () => 'Would change a company',
  change_tags: ({ object }) => `Would change the tags of the ${shownText(object)}`,
  create_activity: ({ kind, title }) => `Would add the ${shownText(kind).toLowerCase()} ${named(title)}`,
  complete_task: ({ deal }) =>
    deal === null ? 'Would complete a task' : 'Would complete the tasks of a deal',
}

/** Says in words what a step would do. Nothing of it has been done. */
export function effectWords(effect: Effect, node: GraphNode | undefined): TrialEffect {
  const { kind, nodeId, step, path, payload } = effect
  const title = TITLES[kind]?.(payload)
  const called = node?.label ?? nodeTypes.get(node?.type ?? '')?.title ?? kind
  return {
    kind,
    nodeId,
    step,
    path,
    title: title ?? `Would do what the step "${called}" says`,
    details: detailsOf(payload).slice(0, DETAILS_MAX),
  }
}

function detailsOf(payload: JsonObject): TrialEffect['details'] {
  return Object.entries(payload).flatMap(([key, value]) => {
    if (isEmpty(value)) return []
    if (!isPlainObject(value)) return [{ label: humanized(key), value: shownText(value) }]
    return Object.entries(value).flatMap(([inner, member]) =>
      isEmpty(member) ? [] : [{ label: humanized(inner), value: shownText(member) }],
    )
  })
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isPlainObject(value) ? (value[name] as Json | undefined) : undefined
}

function named(value: Json | undefined): string {
  const text = shownText(value ?? '')
  return text === ''
    ? 'without a name'
    : text.length > TITLE_VALUE_MAX
      ? `${text.slice(0, TITLE_VALUE_MAX)}…`
      : text
}

function listed(value: Json | undefined, otherwise: string): string {
  return Array.isArray(value) && value.length > 0 ? value.map(String).join(' and every ') : otherwise
}

function shownText(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, VALUE_LENGTH_MAX)
  if (Array.isArray(value) && value.every(item => typeof item !== 'object'))
    return value.map(String).join(', ').slice(0, VALUE_LENGTH_MAX)
  return (JSON.stringify(value) ?? '').slice(0, VALUE_LENGTH_MAX)
}

/** A name of a property as people write it: `dueOn` and `due_on` become "Due on". */
export function humanized(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim()
    .toLowerCase()
    .replace(/\bemail\b/g, 'e-mail')
    .replace(/\b(id|url|html|json)\b/g, word => word.toUpperCase())
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1)
}

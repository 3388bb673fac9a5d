/** Routes as commands: `intake.lead.list` is `millrace leads list`. Names, arguments and options come from the contracts. */

import { z } from 'zod'
import * as crm from '#modules/crm/contract.ts'
import * as flow from '#modules/flow/contract.ts'
import * as iam from '#modules/iam/contract.ts'
import * as intake from '#modules/intake/contract.ts'
import * as mail from '#modules/mail/contract.ts'
import type { AnyRoute } from '#platform/contract/route.ts'

/** An option of a command and the field it stands for. */
export interface RouteOption {
  /** As it is typed, without the dashes. */
  readonly flag: string
  /** The field in the query or the body. */
  readonly field: string
  readonly place: 'query' | 'body'
  readonly kind: 'text' | 'number' | 'boolean' | 'list' | 'json'
  readonly isRequired: boolean
  readonly description: string
}

/** A command made from a route. */
export interface RouteCommand {
  readonly noun: string
  readonly verb: string
  readonly route: AnyRoute
  /** Names of the parameters in the path, in order. */
  readonly params: readonly string[]
  readonly options: readonly RouteOption[]
  /** Whether it answers pages of items. */
  readonly isPaged: boolean
}

/** Options that every command has; a field of such a name gets `field-` before it. */
const TAKEN = new Set(['json', 'csv', 'profile', 'help', 'version', 'data', 'all', 'idempotency-key'])
const IRREGULAR: Readonly<Record<string, string>> = { person: 'people', audit: 'audit', access: 'access' }

/** Every route of an organization that answers JSON or lines of text, as a command. */
export function routeCommands(): RouteCommand[] {
  const routes = [iam, crm, mail, intake, flow]
    .flatMap(contract => Object.values(contract) as unknown[])
    .filter(isRoute)
    .filter(route => route.access.includes(':') && !route.raw && !route.upload && !route.form)
    .filter(route => route.produces === undefined || route.produces === 'application/x-ndjson')
  const several = new Set(
    routes.filter(route => route.id.endsWith('.list') || route.path.includes(':')).map(nounOf),
  )
  return [...new Map(routes.map(route => [route.id, route])).values()].map(route => ({
    noun: several.has(nounOf(route)) ? plural(nounOf(route)) : nounOf(route),
    verb: (route.id.split('.')[2] ?? '').replaceAll('_', '-'),
    route,
    params: [...route.path.matchAll(/:([A-Za-z]+)/g)].map(match => match[1] ?? ''),
    options: [...optionsOf(route.query, 'query'), ...optionsOf(route.body, 'body')],
    isPaged: route.query !== undefined && 'cursor' in route.query.shape,
  }))
}

function isRoute(value: unknown): value is AnyRoute {
  return (
    typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value
  )
}

function nounOf(route: AnyRoute): string {
  return (route.id.split('.')[1] ?? '').replaceAll('_', '-')
}

function plural(noun: string): string {
  const irregular = IRREGULAR[noun]
  if (irregular !== undefined) return irregular
  if (noun.endsWith('s')) return noun
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`
}

interface Property {
  type?: string | string[]
  enum?: unknown[]
  items?: { type?: string }
  description?: string
  default?: unknown
}

function optionsOf(schema: z.ZodType | undefined, place: RouteOption['place']): RouteOption[] {
  if (!(schema instanceof z.ZodObject)) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  }) as { properties?: Record<string, Property>; required?: string[] }
  return Object.entries(properties).map(([field, property]) => {
    const name = field.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`).replaceAll('_', '-')
    const isRequired = required.includes(field)
    return {
      flag: TAKEN.has(name) ? `field-${name}` : name,
      field,
      place,
      kind: kindOf(property),
      isRequired,
      description: describe(property, isRequired),
    }
  })
}

function kindOf({ type, enum: values, items }: Property): RouteOption['kind'] {
  if (type === 'string' || values?.every(value => typeof value === 'string')) return 'text'
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'boolean') return 'boolean'
  return type === 'array' && items?.type === 'string' ? 'list' : 'json'
}

function describe(property: Property, isRequired: boolean): string {
  const parts = [
    property.description,
    property.enum ? `One of ${property.enum.join(', ')}.` : undefined,
    kindOf(property) === 'json' ? 'As JSON.' : undefined,
    isRequired ? '(required)' : undefined,
    property.default === undefined ? undefined : `(default ${JSON.stringify(property.default)})`,
  ]
  return parts.filter(Boolean).join(' ')
}

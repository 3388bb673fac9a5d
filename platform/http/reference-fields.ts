import { escapeHtml } from '../html.ts'
import { prose } from './reference-text.ts'

export interface FieldSchema {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  properties?: Record<string, FieldSchema>
  required?: string[]
  items?: FieldSchema
  anyOf?: FieldSchema[]
  oneOf?: FieldSchema[]
  allOf?: FieldSchema[]
  additionalProperties?: FieldSchema | boolean
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
  pattern?: string
}

type Schemas = Readonly<Record<string, FieldSchema>>

const nameOf = (reference: string) => reference.split('/').at(-1) ?? ''

/** The fields of an object as a list of definitions; named objects inside are linked, others fold out. */
export function fieldList(schema: FieldSchema, schemas: Schemas, depth = 0): string {
  const target = objectIn(schema, schemas)
  if (!target?.properties) return depth === 0 ? `<p class="scope">${escapeHtml(typeWords(schema))}</p>` : ''
  const required = new Set(target.required)
  const rows = Object.entries(target.properties).map(([name, field]) =>
    fieldRow(name, field, required.has(name), schemas, depth),
  )
  return rows.length > 0 ? `<dl>${rows.join('')}</dl>` : ''
}

/** One named value: a field of a body or a parameter. */
export function fieldRow(
  name: string,
  field: FieldSchema,
  isRequired: boolean,
  schemas: Schemas,
  depth = 0,
): string {
  const inner = innerObject(field)
  const nested =
    inner && depth < 3
      ? `<details><summary>Fields of ${escapeHtml(name)}</summary>${fieldList(inner, schemas, depth + 1)}</details>`
      : ''
  const limits = limitWords(field)
  return `<div><dt><code>${escapeHtml(name)}</code><span class="t">${typeLink(field)}</span>${isRequired ? '<span class="r">required</span>' : ''}</dt><dd>${field.description ? prose(field.description) : ''}${limits ? `<p>${escapeHtml(limits)}</p>` : ''}${nested}</dd></div>`
}

/** An object without a name of its own, in a field or in the items of its list. */
function innerObject(field: FieldSchema): FieldSchema | undefined {
  if (field.properties) return field
  if (field.items) return innerObject(field.items)
  return (field.anyOf ?? field.oneOf)?.map(innerObject).find(found => found !== undefined)
}

function objectIn(schema: FieldSchema, schemas: Schemas): FieldSchema | undefined {
  if (schema.$ref) return schemas[nameOf(schema.$ref)]
  return schema
}

function typeLink(field: FieldSchema): string {
  if (field.$ref) {
    const name = escapeHtml(nameOf(field.$ref))
    return `<a href="#schema-${name}">${name}</a>`
  }
  if (field.items) return `list of ${typeLink(field.items)}`
  const choices = field.anyOf ?? field.oneOf
  if (choices) return choices.map(typeLink).join(' or ')
  return escapeHtml(typeWords(field))
}

function typeWords(field: FieldSchema): string {
  if (field.const !== undefined) return JSON.stringify(field.const)
  if (field.enum) return field.enum.map(value => JSON.stringify(value)).join(', ')
  const type = Array.isArray(field.type) ? field.type.join(' or ') : field.type
  if (type === 'object' && typeof field.additionalProperties === 'object')
    return `object of ${typeWords(field.additionalProperties) || 'values'}`
  return field.format && field.format !== 'regex' ? `${type}, ${field.format}` : (type ?? 'any value')
}

function limitWords(field: FieldSchema): string {
  const isBounded = (value: number | undefined): value is number =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER
  return [
    ...(field.default === undefined ? [] : [`Default: ${JSON.stringify(field.default)}.`]),
    ...(isBounded(field.minimum) ? [`At least ${field.minimum}.`] : []),
    ...(isBounded(field.maximum) ? [`At most ${field.maximum}.`] : []),
    ...(field.maxLength === undefined ? [] : [`At most ${field.maxLength} characters.`]),
    ...(field.maxItems === undefined ? [] : [`At most ${field.maxItems} items.`]),
  ].join(' ')
}

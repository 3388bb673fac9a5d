import { eventTitle, type Named, type NodeType } from '#modules/flow/contract.ts'
import { labelOf, oneOf, optionWords } from '../workflow/setting-labels.ts'
import { resolved, type Schema, schemaOf } from './json-schema.ts'
import { type SettingPath, shapeText } from './paths.ts'
import { aboutOf, lookOf, wayBeginning } from './setting-looks.ts'
import type { Field, Option, ValueKind, Way, Widget } from './widgets.ts'

const known = new WeakMap<NodeType, readonly Field[]>()

/** The settings of a kind of node as fields of a form, in the order of its schema; made once for each kind. */
export function fieldsOf(type: NodeType): readonly Field[] {
  const made = known.get(type)
  if (made) return made
  const root = schemaOf(type)
  const fields = new FieldMaker(type.type, root).all()
  known.set(type, fields)
  return fields
}

class FieldMaker {
  readonly #type: string
  readonly #root: Schema

  constructor(type: string, root: Schema) {
    this.#type = type
    this.#root = root
  }

  all(): readonly Field[] {
    const ways = this.#ways(this.#root, [])
    if (ways === undefined) return this.#members(this.#root, [])
    const widget: Widget = { as: 'ways', ways }
    const label = labelOf(this.#type, 'way')
    return [
      { name: '', label, about: undefined, isRequired: true, preset: undefined, widget, isFallback: false },
    ]
  }

  #members(schema: Schema, path: SettingPath): Field[] {
    const required = new Set(schema.required)
    return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
      const at = [...path, name]
      if (lookOf(this.#type, shapeText(at)) === 'hidden') return []
      return [this.#field(name, resolved(member, this.#root), at, required.has(name))]
    })
  }

  #field(name: string, schema: Schema, path: SettingPath, isRequired: boolean): Field {
    const widget = this.#widget(schema, path)
    const label = labelOf(this.#type, shapeText(path))
    return {
      name,
      label,
      about: aboutOf(this.#type, shapeText(path), label, schema.description),
      isRequired,
      preset: schema.default,
      widget: widget ?? { as: 'json' },
      isFallback: widget === undefined,
    }
  }

  #widget(schema: Schema, path: SettingPath): Widget | undefined {
    const look = lookOf(this.#type, shapeText(path))
    if (look === 'code') return { as: 'code' }
    if (look === 'free_json') return { as: 'json' }
    if (isCondition(schema)) return { as: 'condition' }
    const options = schema.enum?.every(option => typeof option === 'string')
      ? this.#options(schema.enum, path)
      : undefined
    if (options !== undefined) return { as: 'choice', options }
    switch (schema.type) {
      case 'string':
        return this.#text(schema, path)
      case 'boolean':
        return { as: 'switch' }
      case 'number':
      case 'integer':
        return numberWidget(schema, look === 'milliseconds')
      case 'array':
        return this.#array(schema, path)
      case 'object':
        return this.#object(schema, path)
      default:
        return this.#union(schema, path)
    }
  }

  #text(schema: Schema, path: SettingPath): Widget {
    const look = lookOf(this.#type, shapeText(path))
    const name = path.at(-1)
    if (name === 'cron') return { as: 'schedule' }
    if (name === 'timeZone') return { as: 'zone' }
    const from = schema.names ?? (schema.namesWhat === undefined ? undefined : { setting: schema.namesWhat })
    if (from !== undefined) return { as: 'pick', from, isFree: schema.format !== 'uuid' }
    if (look === 'text' || schema.pattern !== undefined || schema.format !== undefined) {
      return { as: 'text', example: typeof schema.example === 'string' ? schema.example : undefined }
    }
    const rows = typeof look === 'object' ? look.rows : 1
    return look === 'template_code'
      ? { as: 'template', rows: 5, isCode: true }
      : { as: 'template', rows, isCode: false }
  }

  #array(schema: Schema, path: SettingPath): Widget | undefined {
    const items = resolved(schema.items ?? {}, this.#root)
    const options = items.enum?.every(option => typeof option === 'string')
      ? this.#options(items.enum, path)
      : undefined
    if (options !== undefined) return { as: 'choices', options }
    if (items.type === 'integer' && items.minimum === 1 && items.maximum === 7) return { as: 'weekdays' }
    if (items.type === 'string') {
      const from = schema.names
      return items.format === 'date'
        ? { as: 'days' }
        : { as: 'texts', from, one: oneOf(this.#type, shapeText(path)) ?? oneNamed(from) }
    }
    if (items.type !== 'object') return undefined
    const { name, value, ...rest } = items.properties ?? {}
    if (name && value && Object.keys(rest).length === 0) {
      return this.#pairs(schema, resolved(name, this.#root), resolved(value, this.#root), path)
    }
    return {
      as: 'list',
      fields: this.#members(items, path),
      one: oneOf(this.#type, shapeText(path)) ?? 'entry',
      hasId: items.properties?.id !== undefined,
      most: schema.maxItems ?? 100,
    }
  }

  #pairs(list: Schema, name: Schema, value: Schema, path: SettingPath): Widget | undefined {
    const kinds = value.type === 'string' ? (['text'] as const) : valueKinds(value, this.#root)
    if (kinds === undefined) return undefined
    const named = [name, ...(name.anyOf ?? [])].map(each => resolved(each, this.#root))
    const names = named.flatMap(each => each.enum ?? [])
    return {
      as: 'pairs',
      names: this.#options(names, [...path, 'name']),
      isOpen: named.some(each => each.type === 'string' && each.enum === undefined),
      kinds,
      one: oneOf(this.#type, shapeText(path)) ?? 'value',
      naming: list.namesByField ?? {},
    }
  }

  #object(schema: Schema, path: SettingPath): Widget | undefined {
    const { amount, unit, direction, ...rest } = schema.properties ?? {}
    if (amount && unit?.enum && Object.keys(rest).length === 0) {
      return {
        as: 'duration',
        units: this.#options(unit.enum, [...path, 'unit']),
        directions: direction?.enum ? this.#options(direction.enum, [...path, 'direction']) : [],
      }
    }
    if (schema.properties === undefined) return undefined
    return { as: 'group', fields: this.#members(schema, path) }
  }

  #union(schema: Schema, path: SettingPath): Widget | undefined {
    const kinds = valueKinds(schema, this.#root)
    if (kinds !== undefined) {
      const isTemplate = lookOf(this.#type, shapeText(path)) !== 'literal'
      return { as: 'value', kinds, isTemplate }
    }
    const ways = this.#ways(schema, path)
    return ways && { as: 'ways', ways }
  }

  /** The sets of settings of a schema that is a choice between objects. */
  #ways(schema: Schema, path: SettingPath): Way[] | undefined {
    const shapes = (schema.anyOf ?? schema.oneOf)?.map(shape => resolved(shape, this.#root))
    if (!shapes?.every(shape => shape.properties !== undefined)) return undefined
    return shapes.map(shape => {
      const fixed = Object.fromEntries(
        Object.entries(shape.properties ?? {}).flatMap(([name, member]) =>
          member.const === undefined ? [] : [[name, member.const]],
        ),
      )
      const keys = (shape.required ?? []).filter(name => !Object.hasOwn(fixed, name))
      const id = String(Object.values(fixed)[0] ?? keys[0] ?? '')
      const members = this.#members(shape, path)
      return {
        id,
        label: optionWords(id, [this.#type, ...path, 'way'].join('.')),
        fields: members.filter(({ name }) => !Object.hasOwn(fixed, name)),
        fixed,
        keys,
        beginning: { ...wayBeginning(this.#type, id), ...fixed },
      }
    })
  }

  #options(values: readonly unknown[], path: SettingPath): Option[] {
    return values.map(String).map(value => ({
      value,
      label:
        path.at(-1) === 'event' ? eventTitle(value) : optionWords(value, `${this.#type}.${shapeText(path)}`),
    }))
  }
}

/** What a text of a list is called by what it names. */
function oneNamed(names: Named | undefined): string {
  if (names === undefined) return 'text'
  return names === 'tag' || names === 'member' ? names : 'entry'
}

function isCondition(schema: Schema): boolean {
  const first = schema.anyOf?.[0]?.properties
  return first?.field !== undefined && first.operator !== undefined
}

function numberWidget(schema: Schema, isSpan: boolean): Widget {
  const { minimum: min, maximum: max } = schema
  if (isSpan && min !== undefined && max !== undefined) return { as: 'milliseconds', min, max }
  return { as: 'number', min, max, isWhole: schema.type === 'integer' }
}

const KINDS: Readonly<Record<string, ValueKind>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
}

/** What a value may be, when a schema is a choice between plain values. */
function valueKinds(schema: Schema, root: Schema): ValueKind[] | undefined {
  const kinds = schema.anyOf?.map(each => KINDS[resolved(each, root).type ?? ''])
  if (!kinds?.every(kind => kind !== undefined)) return undefined
  return [...new Set(kinds)].sort((a, b) => (a === 'text' ? -1 : b === 'text' ? 1 : 0))
}

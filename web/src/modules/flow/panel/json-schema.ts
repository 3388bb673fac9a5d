import { z } from 'zod'
import type { Named, NodeType } from '#modules/flow/contract.ts'

/** What forms read of a JSON Schema; anything else in it is left to the schema itself, which checks what was entered. */
export interface Schema {
  readonly type?: string | undefined
  readonly const?: unknown
  readonly enum?: readonly unknown[] | undefined
  readonly format?: string | undefined
  readonly pattern?: string | undefined
  readonly default?: unknown
  readonly example?: unknown
  readonly description?: string | undefined
  readonly properties?: Readonly<Record<string, Schema>> | undefined
  readonly required?: readonly string[] | undefined
  readonly additionalProperties?: Schema | boolean | undefined
  readonly items?: Schema | undefined
  readonly anyOf?: readonly Schema[] | undefined
  readonly oneOf?: readonly Schema[] | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly minItems?: number | undefined
  readonly maxItems?: number | undefined
  readonly maxLength?: number | undefined
  /** What of the organization a text or each text of a list names. */
  readonly names?: Named | undefined
  /** The setting that says what this one names. */
  readonly namesWhat?: string | undefined
  /** What values name, by the names of the fields they are for. */
  readonly namesByField?: Readonly<Record<string, Named>> | undefined
  readonly $ref?: string | undefined
  readonly $defs?: Readonly<Record<string, Schema>> | undefined
}

const known = new WeakMap<NodeType, Schema>()

/** The JSON Schema of the settings of a kind of node, as they are entered; made once for each kind. */
export function schemaOf(type: NodeType): Schema {
  const made = known.get(type)
  if (made) return made
  const schema = z.toJSONSchema(type.config, { io: 'input', unrepresentable: 'any' }) as Schema
  known.set(type, schema)
  return schema
}

/** The schema behind a reference, with what is said of it where it is referred to. */
export function resolved(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const { $ref, ...said } = schema
  return { ...root.$defs?.[$ref.replace('#/$defs/', '')], ...said }
}

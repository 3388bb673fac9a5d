import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import {
  type NodeKind,
  type NodeType,
  type NodeTypes,
  nodeTypes,
  type Purity,
} from '#modules/flow/contract.ts'

/** Where the page is kept, relative to this file. */
export const NODES_PAGE = new URL('../docs/nodes.md', import.meta.url)

const KINDS: Readonly<Record<NodeKind, string>> = {
  trigger: 'Triggers',
  logic: 'Logic',
  action: 'Actions',
  utility: 'Utilities',
}

const PURITIES: Readonly<Record<Purity, string>> = {
  pure: 'Happens in memory.',
  local: 'Happens in our database, in the transaction that keeps the progress of the run: exactly once.',
  remote: 'Happens after that transaction: at least once, every attempt with the same key.',
}

const INTRO = `# Nodes

Every kind of node there is, made from the catalogue in modules/flow/nodes by \`node programs/nodes-page.ts\`. Texts in settings may hold
placeholders where it says so or where people write for people; \`docs/expressions.md\` tells what they can do. Every node but a trigger
also has the exit \`error\`: where an edge leaves by it, a step that fails for good goes on there instead of failing the run.
`

/** The reference page of all kinds of nodes, as Markdown. */
export function nodesPage(types: NodeTypes): string {
  const parts = (Object.keys(KINDS) as NodeKind[]).map(kind => {
    const members = [...types.values()].filter(type => type.kind === kind)
    return [`## ${KINDS[kind]}\n`, ...members.map(section)].join('\n')
  })
  return [INTRO, ...parts].join('\n')
}

function section(type: NodeType): string {
  const settings = settingsOf(type)
  const lines = [
    `### ${type.title}: \`${type.type}\`\n`,
    [type.description, ...(type.kind === 'trigger' ? [] : [PURITIES[type.purity]]), retryWords(type)]
      .filter(Boolean)
      .join(' '),
    `\nExits: ${exitWords(type)}\n`,
    ...(settings.length === 0
      ? ['No settings.']
      : ['| setting | is | default | |', '|---|---|---|---|', ...settings]),
  ]
  return `${lines.join('\n')}\n`
}

/** A function without parameters gives the same exits whatever the settings are. */
function exitWords(type: NodeType): string {
  if (type.handles.length > 0) return 'they depend on the settings.'
  const exits = type.handles({}).map(({ id, label }) => `\`${id}\` (${label})`)
  return exits.length === 0 ? 'none.' : `${exits.join(', ')}.`
}

function retryWords({ retry, timeoutMs }: NodeType): string {
  const tries = retry ? `Tried ${retry.attempts} times unless said otherwise` : ''
  const limit = timeoutMs === undefined ? '' : `each attempt may take ${timeoutMs / 1_000} seconds`
  const words = [tries, limit].filter(Boolean).join('; ')
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

type Schema = z.core.JSONSchema.BaseSchema

/** One line for each setting; of a choice between several shapes, those of all of them. */
function settingsOf(type: NodeType): string[] {
  const schema = z.toJSONSchema(type.config, { io: 'input', unrepresentable: 'any' })
  const shapes = schema.anyOf ?? schema.oneOf ?? [schema]
  const lines = shapes.flatMap(shape =>
    Object.entries((shape as Schema).properties ?? {}).flatMap(([name, field]) =>
      typeof field === 'boolean'
        ? []
        : [row(name, field, shapes.length === 1 && isNeeded(shape as Schema, name))],
    ),
  )
  return [...new Set(lines)]
}

function isNeeded(schema: Schema, name: string): boolean {
  return schema.required?.includes(name) === true
}

function row(name: string, field: Schema, needed: boolean): string {
  const standing =
    field.default === undefined ? (needed ? 'needed' : '') : `\`${JSON.stringify(field.default)}\``
  return `| \`${name}\` | ${cell(kindOf(field))} | ${cell(standing)} | ${cell(field.description ?? '')} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()
}

function kindOf(field: Schema): string {
  if (field.enum) return field.enum.map(each => `\`${String(each)}\``).join(' or ')
  if (field.$ref !== undefined || isCondition(field)) return 'a condition'
  const kinds = { string: 'text', boolean: 'yes or no', integer: 'whole number', number: 'number' } as const
  if (field.type === 'array') {
    const items = field.items as Schema | undefined
    return `a list${items?.properties ? ` of ${namesOf(items)}` : ''}`
  }
  if (field.type === 'object') return field.properties ? namesOf(field) : 'an object'
  const known = Object.entries(kinds).find(([type]) => type === field.type)
  return known ? `${known[1]}${limits(field)}` : 'a value'
}

/** Conditions are the only settings that are nested without end, so they alone are given by reference. */
function isCondition(field: Schema): boolean {
  return field.type === undefined && /"operator"|"\$ref"/.test(JSON.stringify(field))
}

function namesOf(schema: Schema): string {
  const names = Object.keys(schema.properties ?? {}).map(name => `\`${name}\``)
  return `{ ${names.join(', ')} }`
}

/** What zod sets by itself for whole numbers says nothing to a reader. */
function limits({ minimum, maximum }: Schema): string {
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`
  return most !== undefined ? ` up to ${most}` : least !== undefined ? ` from ${least}` : ''
}

if (import.meta.main) writeFileSync(NODES_PAGE, nodesPage(nodeTypes))

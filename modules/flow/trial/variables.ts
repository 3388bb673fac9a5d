import type { z } from 'zod'
import type { FormField } from '#modules/intake/contract.ts'
import type { Context } from '#platform/context.ts'
import { isForbiddenName, isPlainObject, type Json, type Path } from '#platform/contract/plain-data.ts'
import type { Http } from '#platform/http/handlers.ts'
import { flowErrors } from '../errors.ts'
import type { Graph } from '../graph.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { humanized } from './effect-words.ts'
import { fieldsOfForm, usualOccasion } from './occasions.ts'
import { nodesBefore, type SampleInput, type SampleSources, sampleInput } from './sample-input.ts'
import { cutScope, scopeOfInput } from './sample-scope.ts'
import type { SampleOrigin, Variable } from './trial-api.ts'
import { type Allowance, Pace } from './trial-pace.ts'
import { answeredNodes, lastOfDraft, readTried, seesRuns } from './trial-sources.ts'

const ALLOWANCE: Allowance = { steps: 5_000, ms: 2_000, bytes: 16 * 1024 * 1024 }
const VARIABLES_MAX = 500
const DEPTH_MAX = 7
const SAMPLE_LENGTH_MAX = 300
const SAMPLE_ITEMS_MAX = 3

interface VariablesPlan {
  readonly sources: SampleSources
  readonly nodeId: string
  readonly after: boolean
  readonly fields: readonly FormField[]
}

/** Reads what the variables of a node are found out from. Throws `request.not_found` and `flow.no_such_step`. */
export async function readVariables(
  ctx: Context,
  workflowId: string,
  { nodeId, after }: { nodeId: string; after: boolean },
  http: Http,
): Promise<VariablesPlan> {
  const { draft, pins } = await readTried(ctx, workflowId)
  if (!draft.nodes.some(({ id }) => id === nodeId)) throw flowErrors.no_such_step()
  const mayLookBack = seesRuns(http)
  const wanted = [...nodesBefore(draft, nodeId).before, nodeId]
  const last = mayLookBack ? await lastOfDraft(ctx, workflowId, draft, wanted) : new Map()
  const occasion = await usualOccasion(ctx, workflowId, draft, { pins, seesRuns: mayLookBack })
  return {
    sources: { draft, pins, last, occasion },
    nodeId,
    after,
    fields: await fieldsOfForm(ctx, workflowId),
  }
}

/** Every value that the node can read, each with what it is called and a sample. */
export async function variablesOf(plan: VariablesPlan, { closed }: Pick<Http, 'closed'>) {
  const { sources, nodeId, after, fields } = plan
  const pace = new Pace(ALLOWANCE, closed)
  const sample = await sampleInput(sources, nodeId, pace, after)
  const listing = new Listing(sources.draft, sample, fields)
  const items = listing.all()
  const { scope, isCut } = cutScope(scopeOfInput(sample, sources.occasion.at))
  return { items, scope, isCut: isCut || listing.isCut || pace.stopped !== null }
}

interface Source {
  readonly group: string
  readonly nodeId: string | null
  readonly origin: SampleOrigin
}

class Listing {
  isCut = false
  readonly #sample: SampleInput
  readonly #labels: ReadonlyMap<string, string>
  readonly #titles: ReadonlyMap<string, string>
  readonly #items: z.input<typeof Variable>[] = []

  readonly #answered: ReadonlySet<string>

  constructor(draft: Graph, sample: SampleInput, fields: readonly FormField[]) {
    const { nodes } = draft
    this.#sample = sample
    this.#answered = new Set(answeredNodes(draft))
    this.#labels = new Map(fields.map(({ key, label }) => [key, label]))
    this.#titles = new Map(
      nodes.map(({ id, label, type }) => [id, label ?? nodeTypes.get(type)?.title ?? id]),
    )
  }

  all(): z.input<typeof Variable>[] {
    const { input, inputOrigin, vars, varOrigins, outputs, outputOrigins, rounds, roundsOrigin } =
      this.#sample
    for (const [name, value] of ordered(input)) {
      this.#list([name], value, { group: humanized(name), nodeId: null, origin: inputOrigin })
    }
    for (const [name, value] of Object.entries(vars)) {
      const { nodeId = null, origin = 'draft' } = varOrigins.get(name) ?? {}
      this.#list(['vars', name], value, { group: 'Variables', nodeId, origin })
    }
    for (const [nodeId, value] of Object.entries(outputs)) {
      const origin = outputOrigins.get(nodeId) ?? 'made_up'
      // Steps such as a wait leave nothing that could be read.
      if (value === null && !this.#answered.has(nodeId)) continue
      this.#list(['nodes', nodeId], value, { group: this.#titles.get(nodeId) ?? nodeId, nodeId, origin })
    }
    this.#listRounds(rounds, roundsOrigin)
    const ofRun = { group: 'Run', nodeId: null, origin: 'draft' } as const
    this.#list(['run', 'id'], '00000000-0000-0000-0000-000000000000', ofRun, 'Run id')
    this.#list(['run', 'startedAt'], new Date().toISOString(), ofRun, 'Start of the run')
    this.#list(['now'], new Date().toISOString(), ofRun, 'Now')
    return this.#items
  }

  #listRounds(rounds: SampleInput['rounds'], origin: SampleOrigin): void {
    rounds.forEach(({ loop, item, index }, at) => {
      const group = this.#titles.get(loop) ?? loop
      const source = { group, nodeId: loop, origin }
      const isInnermost = at === rounds.length - 1
      const [itemPath, indexPath] = isInnermost
        ? [['item'], ['index']]
        : [
            ['loops', loop, 'item'],
            ['loops', loop, 'index'],
          ]
      this.#list(itemPath, item, source, 'Item of the round')
      this.#list(indexPath, index, source, 'Number of the round, from 0')
    })
  }

  #list(path: Path, value: Json, source: Source, title?: string): void {
    if (this.#items.length >= VARIABLES_MAX) {
      this.isCut = true
      return
    }
    const isDeep = path.length >= DEPTH_MAX
    const isOpened = isPlainObject(value) && Object.keys(value).length > 0 && !isDeep
    if (!isOpened) {
      this.#items.push({
        path: pathText(path),
        title: title ?? this.#titleOf(path),
        ...source,
        type: typeOf(value),
        sample: sampleOf(value),
      })
    }
    if (isOpened) {
      for (const [name, member] of ordered(value)) {
        if (!isForbiddenName(name)) this.#list([...path, name], member as Json, source)
      }
    } else if (Array.isArray(value) && isPlainObject(value[0]) && !isDeep) {
      this.#list([...path, 0], value[0] as Json, source)
    }
  }

  #titleOf(path: Path): string {
    const name = String(path.at(-1))
    const above = path.at(-2)
    if (above === 'fields' || above === 'answers') return this.#labels.get(name) ?? humanized(name)
    if (path[0] === 'nodes' && path.length === 2) return 'All it gives'
    if (typeof above === 'number') return `${humanized(name)} of the first`
    return above === 'person' ? `${humanized(name)} of the person` : humanized(name)
  }
}

/** The members of an object with ids at the end, where nobody has to read past them. */
function ordered(value: object): [string, Json][] {
  const isId = ([name]: [string, Json]) => /^id$|Id$/.test(name)
  const entries = Object.entries(value as Record<string, Json>)
  return [...entries.filter(entry => !isId(entry)), ...entries.filter(isId)]
}

function typeOf(value: Json): Variable['type'] {
  switch (typeof value) {
    case 'string':
      return value === '' ? 'empty' : 'text'
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    default:
      return value === null ? 'empty' : Array.isArray(value) ? 'list' : 'object'
  }
}

function sampleOf(value: Json, depth = 0): Json {
  if (typeof value === 'string') return value.slice(0, SAMPLE_LENGTH_MAX)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= 2) return null
  if (Array.isArray(value)) return value.slice(0, SAMPLE_ITEMS_MAX).map(item => sampleOf(item, depth + 1))
  const entries = Object.entries(value).slice(0, SAMPLE_ITEMS_MAX * 4)
  return Object.fromEntries(entries.map(([key, member]) => [key, sampleOf(member, depth + 1)]))
}

const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_-]*$/u

/** The path as templates and conditions write it. */
export function pathText(path: Path): string {
  return path
    .map((segment, at) => {
      if (typeof segment === 'number') return `[${segment}]`
      if (NAME.test(segment)) return at === 0 ? segment : `.${segment}`
      return `["${segment.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"]`
    })
    .join('')
}

import type { z } from 'zod'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { type LoadTools, type Outcome, permanent, type StepContext } from '../node-run.ts'
import { loadNamedValues, type NamedValue } from './named-values.ts'
import { misfit } from './record-fields.ts'

interface Writing {
  readonly set: readonly NamedValue[]
  readonly addTags: readonly string[]
  readonly removeTags?: readonly string[]
}

/** What a step writes to a record, as it comes out of templates. */
interface Written {
  readonly set: JsonObject
  readonly addTags: readonly string[]
  readonly removeTags: readonly string[]
}

/** Prepares what a step writes to a record. */
export function loadWriting(
  { set, addTags, removeTags = [] }: Writing,
  tools: LoadTools,
): (scope: StepContext['scope']) => Written {
  const values = loadNamedValues(set, tools)
  const text = (source: string) => tools.text(source, { missing: 'empty' })
  const [added, removed] = [addTags.map(text), removeTags.map(text)]
  return scope => ({
    set: values(scope),
    addTags: added.map(tag => tag(scope)),
    removeTags: removed.map(tag => tag(scope)),
  })
}

/** A step that is over with a local effect, unless what it sets does not fit: then it fails in words. */
export function effectUnlessMisfit(
  values: z.ZodType,
  set: JsonObject,
  { kind, payload, output }: { kind: string; payload: JsonObject; output: JsonObject },
): Outcome {
  const message = misfit(values, set)
  if (message !== null)
    return { do: 'fail', error: permanent('record.invalid_value', message), input: payload }
  return { do: 'next', handle: 'out', input: payload, output, vars: null, effect: { kind, payload } }
}

import { organizationFeatures } from '#modules/iam/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { isPlainObject, type Json } from '#platform/contract/plain-data.ts'
import { messageOf } from '#platform/log.ts'
import { SandboxError } from '#platform/sandbox/errors.ts'
import type { GuestFailure } from '#platform/sandbox/guest-job.ts'
import { checkSource, runCode } from '#platform/sandbox/sandbox.ts'
import type { Graph } from './graph.ts'
import type { GraphProblem } from './graph-problems.ts'
import { permanent } from './node-run.ts'
import type { CodeAnswer, CodeCall } from './nodes/code.run.ts'
import { type CodeConfig, codeConfig } from './nodes/code.ts'
import type { RemoteCall, SliceInput, StepError } from './run-state.ts'

const MEMORY_BYTES = 32 * 1024 * 1024
const OUTPUT_BYTES = 256 * 1024
/** How long a run stays in hand for its turn; after that it is put aside, as a row, and asks again. */
const WAIT_MS = 20_000
const AGAIN_MS = 5_000
const CODE_OFF =
  'Code is switched off for this organization. An administrator can switch it on in the settings.'

/**
 * Runs the code of a step and says what came of it; never throws. Code of one organization runs one at a time, and
 * organizations take turns, so waiting for its turn is no failure of the step.
 */
export async function answerCode(
  kit: Kit,
  orgId: string,
  call: RemoteCall,
  signal: AbortSignal,
): Promise<SliceInput> {
  const { token } = call
  try {
    if (!(await allowsCode(kit, orgId))) {
      return { kind: 'failure', token, error: permanent('code.switched_off', CODE_OFF) }
    }
    const { language, source, input, timeMs } = call.request as unknown as CodeCall
    const limits = { memoryBytes: MEMORY_BYTES, timeMs, outputBytes: OUTPUT_BYTES }
    const result = await runCode({
      language,
      source,
      input,
      limits,
      partition: orgId,
      waitMs: WAIT_MS,
      signal,
    })
    const answer: CodeAnswer = { output: storable(result.output), logs: result.logs.map(storableText) }
    return { kind: 'answer', token, output: answer as unknown as Json }
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'busy')
      return { kind: 'later', token, waitMs: AGAIN_MS }
    return { kind: 'failure', token, error: failureOf(error) }
  }
}

function allowsCode(kit: Kit, orgId: string): Promise<boolean> {
  const actor = { type: 'system', name: 'flow.code' } as const
  return inOrganization(kit, { orgId, actor }, async ctx => (await organizationFeatures(ctx)).code)
}

function failureOf(error: unknown): StepError {
  if (!(error instanceof SandboxError)) {
    return {
      code: 'code.failed',
      message: messageOf(error),
      retryable: true,
      retryAfterMs: null,
      details: null,
    }
  }
  const { code, line, column } = error
  const place = line === null ? '' : ` (line ${line})`
  return {
    code: `code.${code}`,
    message: storableText(error.message) + place,
    retryable: error.isPassing,
    retryAfterMs: null,
    details: { line, column, console: error.logs.map(storableText) },
  }
}

/** A value without what no database column of ours can hold, and without the one name that is no name. */
function storable(value: unknown): Json {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (!isPlainObject(value)) return value as Json
  const entries = Object.entries(value).filter(([name]) => name !== '__proto__')
  return Object.fromEntries(entries.map(([name, member]) => [storableText(name), storable(member)]))
}

function storableText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed()
}

/** A problem of a graph that takes the server to see. */
export type CodeProblem = Omit<GraphProblem, 'code'> & { readonly code: 'code_switched_off' | 'code_error' }

/**
 * What keeps a graph with code from being published that only the server can see: code that cannot be read, and code in
 * an organization that has not switched it on. Waits for the sandbox, so it can take a second.
 */
export async function codeProblems(ctx: Context, graph: Graph): Promise<CodeProblem[]> {
  const nodes = graph.nodes.flatMap((node, index) => {
    const config = node.type === 'code' ? codeConfig.safeParse(node.config) : null
    return config?.success ? [{ node, index, config: config.data }] : []
  })
  if (nodes.length === 0) return []
  if (!(await organizationFeatures(ctx)).code) {
    return nodes.map(({ node, index }) => ({
      severity: 'error',
      code: 'code_switched_off',
      message: CODE_OFF,
      path: ['nodes', index],
      nodeId: node.id,
    }))
  }
  const problems: CodeProblem[] = []
  for (const { node, index, config } of nodes) {
    const failure = await failureToRead(ctx, config)
    if (failure === null) continue
    const { line, column } = failure.place
    problems.push({
      severity: 'error',
      code: 'code_error',
      message: failure.message,
      path: ['nodes', index, 'config', 'source'],
      nodeId: node.id,
      ...(line === null ? {} : { line }),
      ...(column === null ? {} : { column }),
    })
    // Code that cannot even be read in time would keep the transaction waiting again and again.
    if (failure.code !== 'syntax') break
  }
  return problems
}

async function failureToRead(ctx: Context, { source, language }: CodeConfig): Promise<GuestFailure | null> {
  try {
    return await checkSource(source, language, ctx.orgId)
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    const message = 'The code could not be checked right now. Try again in a moment.'
    return { code: error.code, message, place: { line: null, column: null } }
  }
}

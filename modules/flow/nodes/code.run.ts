import { isPlainObject, type Json, type JsonObject } from '#platform/contract/plain-data.ts'
import { type NodeRunner, next, permanent } from '../node-run.ts'
import type { CodeConfig } from './code.ts'
import { loadNamedValues } from './named-values.ts'

/** What whoever runs the code is given. */
export type CodeCall = {
  language: CodeConfig['language']
  source: string
  input: JsonObject
  /** How long it may run. */
  timeMs: number
}

/** What it answers. */
export type CodeAnswer = { output: Json; logs: readonly string[] }

export const codeRunner: NodeRunner<CodeConfig> = {
  type: 'code',
  load(config, tools) {
    const inputs = loadNamedValues(config.inputs, tools)
    const { language, source, timeoutMs } = config
    return {
      run({ scope }) {
        const request: CodeCall = { language, source, input: inputs(scope), timeMs: timeoutMs }
        return { do: 'call', kind: 'code', request }
      },
      resume(_context, wake, request) {
        const answer = wake.by === 'answer' ? wake.output : null
        // The source is the same in every run, so a step that is over shows what it was given and what it wrote.
        const values = isPlainObject(request) ? ((request.input ?? null) as Json) : null
        if (!isPlainObject(answer)) {
          const error = permanent('code.invalid_answer', 'The result could not be understood.')
          return { do: 'fail', error, input: values }
        }
        const { output = null, logs = [] } = answer as unknown as Partial<CodeAnswer>
        return next('out', output, logs.length > 0 ? { input: values, console: logs } : { input: values })
      },
    }
  },
}

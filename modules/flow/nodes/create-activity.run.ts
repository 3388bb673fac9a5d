import { z } from 'zod'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { type NodeRunner, permanent } from '../node-run.ts'
import type { CreateActivityConfig } from './create-activity.ts'
import { loadNamed, loadReference } from './record-reference.run.ts'

const OBJECTS = ['person', 'company', 'deal'] as const

export const createActivityRunner: NodeRunner<CreateActivityConfig> = {
  type: 'create_activity',
  load(config, tools) {
    const text = (source: string) => tools.text(source, { missing: 'empty' })
    const [title, body, due] = [text(config.title), text(config.body), text(config.due)]
    const assignee = loadNamed(config.assignee, tools)
    const about = OBJECTS.filter(object => config[object].trim() !== '')
    // Where nothing is named it is about what the run is about.
    const named = (about.length > 0 ? about : OBJECTS).map(
      object => [object, loadReference(config[object], object, tools)] as const,
    )
    return {
      run(context) {
        const { scope } = context
        const day = due(scope).trim().slice(0, 10)
        const records: JsonObject = Object.fromEntries(named.map(([object, read]) => [object, read(scope)]))
        const payload = {
          kind: config.kind,
          title: title(scope).trim().slice(0, 300),
          body: body(scope).trim(),
          dueOn: day || null,
          priority: config.priority,
          assignee: assignee(scope),
          outcome: config.outcome ?? null,
          records,
        }
        if (day !== '' && !z.iso.date().safeParse(day).success) {
          const message = `"${due(scope).slice(0, 100)}" is not a day such as 2026-12-01.`
          return { do: 'fail', error: permanent('activity.invalid_day', message), input: payload }
        }
        return {
          do: 'next',
          handle: 'out',
          input: payload,
          output: { activityId: context.effectId(), title: payload.title },
          vars: null,
          effect: { kind: 'create_activity', payload },
        }
      },
    }
  },
}

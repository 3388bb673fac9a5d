import { type NodeRunner, permanent } from '../node-run.ts'
import { loadNamedValues } from './named-values.ts'
import { personValues } from './person-fields.ts'
import type { UpdatePersonConfig } from './update-person.ts'

export const updatePersonRunner: NodeRunner<UpdatePersonConfig> = {
  type: 'update_person',
  load(config, tools) {
    // An address that is given but comes out empty must not change the person of the lead instead.
    const email = config.email === '' ? null : tools.text(config.email, { missing: 'error' })
    const set = loadNamedValues(config.set, tools)
    const text = (source: string) => tools.text(source, { missing: 'empty' })
    const [addTags, removeTags] = [config.addTags.map(text), config.removeTags.map(text)]
    return {
      run({ scope }) {
        const payload = {
          email: email === null ? null : email(scope).trim(),
          set: set(scope),
          addTags: addTags.map(tag => tag(scope)),
          removeTags: removeTags.map(tag => tag(scope)),
        }
        const read = personValues.safeParse(payload.set)
        if (!read.success) {
          const field = String(read.error.issues[0]?.path[0])
          const message = `The value for ${field} does not fit: ${JSON.stringify(payload.set[field] ?? null).slice(0, 100)}.`
          return { do: 'fail', error: permanent('person.invalid_value', message), input: payload }
        }
        return {
          do: 'next',
          handle: 'out',
          input: payload,
          output: { set: payload.set, addedTags: payload.addTags, removedTags: payload.removeTags },
          vars: null,
          effect: { kind: 'update_person', payload },
        }
      },
    }
  },
}

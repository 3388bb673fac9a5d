import { type NodeRunner, permanent } from '../node-run.ts'
import { loadNamedValues } from './named-values.ts'
import { personValues } from './person-fields.ts'
import { misfit } from './record-fields.ts'
import { loadReference } from './record-reference.run.ts'
import type { UpdatePersonConfig } from './update-person.ts'

export const updatePersonRunner: NodeRunner<UpdatePersonConfig> = {
  type: 'update_person',
  load(config, tools) {
    const email = loadReference(config.email, 'person', tools)
    const set = loadNamedValues(config.set, tools)
    const text = (source: string) => tools.text(source, { missing: 'empty' })
    const [addTags, removeTags] = [config.addTags.map(text), config.removeTags.map(text)]
    return {
      run({ scope }) {
        const payload = {
          email: email(scope),
          set: set(scope),
          addTags: addTags.map(tag => tag(scope)),
          removeTags: removeTags.map(tag => tag(scope)),
        }
        const message = misfit(personValues, payload.set)
        if (message !== null)
          return { do: 'fail', error: permanent('person.invalid_value', message), input: payload }
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

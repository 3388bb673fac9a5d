import type { NodeRunner } from '../node-run.ts'
import type { ChangeTagsConfig } from './change-tags.ts'
import { loadReference } from './record-reference.run.ts'
import { loadWriting } from './record-writing.run.ts'

export const changeTagsRunner: NodeRunner<ChangeTagsConfig> = {
  type: 'change_tags',
  load(config, tools) {
    const record = loadReference(config.record, config.object, tools)
    const writing = loadWriting({ set: [], ...config }, tools)
    return {
      run({ scope }) {
        const { addTags, removeTags } = writing(scope)
        const payload = { object: config.object, record: record(scope), addTags, removeTags }
        return {
          do: 'next',
          handle: 'out',
          input: payload,
          output: { addedTags: addTags, removedTags: removeTags },
          vars: null,
          effect: { kind: 'change_tags', payload },
        }
      },
    }
  },
}

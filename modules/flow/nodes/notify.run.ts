import type { NodeRunner } from '../node-run.ts'
import type { NotifyConfig } from './notify.ts'

export const notifyRunner: NodeRunner<NotifyConfig> = {
  type: 'notify',
  load(config, tools) {
    const title = tools.text(config.title, { missing: 'empty' })
    const body = tools.text(config.body, { missing: 'empty' })
    const members = config.members.map(text => tools.text(text, { missing: 'empty' }))
    return {
      run(context) {
        const payload = {
          roles: config.roles,
          ...(members.length === 0 ? {} : { members: members.map(read => read(context.scope).trim()) }),
          title: title(context.scope),
          body: body(context.scope),
        }
        const output = { notificationId: context.effectId() }
        return {
          do: 'next',
          handle: 'out',
          input: payload,
          output,
          vars: null,
          effect: { kind: 'notify', payload },
        }
      },
    }
  },
}

import { EmailAddress } from '#platform/contract/fields.ts'
import { type NodeRunner, permanent } from '../node-run.ts'
import type { CreatePersonConfig } from './create-person.ts'

export const createPersonRunner: NodeRunner<CreatePersonConfig> = {
  type: 'create_person',
  load(config, tools) {
    const text = (source: string) => tools.text(source, { missing: 'empty' })
    const [email, firstName, lastName, phone] = [
      text(config.email),
      text(config.firstName),
      text(config.lastName),
      text(config.phone),
    ]
    const tags = config.tags.map(text)
    return {
      run({ scope }) {
        const payload = {
          email: email(scope).trim(),
          firstName: firstName(scope),
          lastName: lastName(scope),
          phone: phone(scope),
          tags: tags.map(tag => tag(scope)),
        }
        if (!EmailAddress.safeParse(payload.email).success) {
          const message = `"${payload.email.slice(0, 320)}" is not an e-mail address.`
          return { do: 'fail', error: permanent('person.invalid_email', message), input: payload }
        }
        return {
          do: 'next',
          handle: 'out',
          input: payload,
          output: { email: payload.email },
          vars: null,
          effect: { kind: 'create_person', payload },
        }
      },
    }
  },
}

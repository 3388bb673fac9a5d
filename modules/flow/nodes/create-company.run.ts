import { type NodeRunner, permanent } from '../node-run.ts'
import { domainOf } from '../record-domain.ts'
import type { CreateCompanyConfig } from './create-company.ts'
import { companyValues } from './record-fields.ts'
import { effectUnlessMisfit, loadWriting } from './record-writing.run.ts'

export const createCompanyRunner: NodeRunner<CreateCompanyConfig> = {
  type: 'create_company',
  load(config, tools) {
    const text = (source: string) => tools.text(source, { missing: 'empty' })
    const [name, website] = [text(config.name), text(config.website)]
    const writing = loadWriting({ set: config.set, addTags: config.tags }, tools)
    return {
      run({ scope }) {
        const { set, addTags } = writing(scope)
        const given = website(scope).trim()
        const domain = domainOf(given)
        const called = name(scope).trim() || domain || ''
        const payload = { name: called, domain, set, addTags, whenKnown: config.whenKnown }
        const fail = (code: string, message: string) =>
          ({ do: 'fail', error: permanent(code, message), input: payload }) as const
        if (called === '') return fail('company.no_name', 'The name of the company came out empty.')
        if (given !== '' && domain === null)
          return fail('company.invalid_website', `"${given.slice(0, 200)}" is not a web address.`)
        return effectUnlessMisfit(companyValues, set, {
          kind: 'create_company',
          payload,
          output: { company: domain ?? called, name: called },
        })
      },
    }
  },
}

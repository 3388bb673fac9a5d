import type { NodeRunner } from '../node-run.ts'
import { companyValues } from './record-fields.ts'
import { loadReference } from './record-reference.run.ts'
import { effectUnlessMisfit, loadWriting } from './record-writing.run.ts'
import type { UpdateCompanyConfig } from './update-company.ts'

export const updateCompanyRunner: NodeRunner<UpdateCompanyConfig> = {
  type: 'update_company',
  load(config, tools) {
    const company = loadReference(config.company, 'company', tools)
    const writing = loadWriting(config, tools)
    return {
      run({ scope }) {
        const written = writing(scope)
        const payload = { company: company(scope), ...written }
        const output = { set: written.set, addedTags: written.addTags, removedTags: written.removeTags }
        return effectUnlessMisfit(companyValues, written.set, { kind: 'update_company', payload, output })
      },
    }
  },
}

import { z } from 'zod'
import { defineRoute } from '#platform/contract/route.ts'

export const getSamples = defineRoute({
  id: 'iam.sample.get',
  method: 'GET',
  path: '/v1/samples',
  summary: 'Read whether the organization still has the data it was filled with to be looked at',
  access: 'organization:read',
  response: z.object({ records: z.number().int() }),
})

export const removeSamples = defineRoute({
  id: 'iam.sample.remove',
  method: 'POST',
  path: '/v1/samples/remove',
  summary: 'Remove the data the organization was filled with to be looked at',
  description:
    'Sample workflows go with their forms, leads and runs, also with leads that came in since; sample companies, people, deals, activities and messages go too. What people have made themselves stays. Nothing brings it back.',
  access: 'organization:manage',
  response: z.object({ records: z.number().int().describe('How many samples there were.') }),
})

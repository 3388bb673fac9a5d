import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import type { Pipeline, Stage } from './pipeline-api.ts'
import { listPipelines } from './pipelines.ts'

/** Runs work in an organization as the system. */
export function asSystem<T>(kit: Kit, orgId: string, work: (ctx: Context) => Promise<T>): Promise<T> {
  return inOrganization(kit, { orgId, actor: { type: 'system', name: 'test' } }, work)
}

/** The first pipeline of an organization with its stages by their keys. */
export async function firstPipeline(
  kit: Kit,
  orgId: string,
): Promise<{ pipeline: Pipeline; stage: (key: string) => Stage }> {
  const [pipeline] = await asSystem(kit, orgId, ctx => listPipelines(ctx))
  if (!pipeline) throw new Error('There is no pipeline.')
  const stage = (key: string) => {
    const found = pipeline.stages.find(each => each.key === key)
    if (!found) throw new Error(`There is no stage ${key}.`)
    return found
  }
  return { pipeline, stage }
}

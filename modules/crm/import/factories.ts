import assert from 'node:assert/strict'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { type Actor, type Context, inOrganization } from '#platform/context.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import type { TestKit } from '#test/database.ts'
import { changeImport, startImport } from './import-acts.ts'
import type { Import, ImportObject, ImportPolicy } from './import-api.ts'
import { createImport, getImport } from './imports.ts'
import { receivePart } from './upload.ts'

/** An organization with somebody in it who imports. */
export interface Importer extends Person {
  /** Works in the organization as this person. */
  within<T>(work: (ctx: Context) => Promise<T>): Promise<T>
}

/** A new organization and its owner, or somebody else in it who sees a part. */
export async function importer(
  t: TestKit,
  as?: { person: Person; actor: Actor; visibility: Visibility },
): Promise<Importer> {
  const person = as?.person ?? (await makeOwner(t.kit))
  const actor = as?.actor ?? ({ type: 'user', userId: person.userId } as const)
  const options = { orgId: person.orgId, actor, visibility: as?.visibility ?? {} }
  return { ...person, within: work => inOrganization(t.kit, options, work) }
}

/** Runs the jobs of an organization as a worker would, until there are none. */
export async function runJobs(t: TestKit, orgId: string): Promise<void> {
  for (;;) {
    const [job] = await t.asSuperuser<{ id: string; kind: string; payload: unknown }>(
      `select id, kind, payload from jobs.jobs where org_id = $1 and kind like 'crm.%' order by id limit 1`,
      [orgId],
    )
    if (!job) return
    const kind = t.kit.jobs.get(job.kind)
    assert.ok(kind, job.kind)
    const payload = kind.payload.parse(job.payload)
    const signal = new AbortController().signal
    await kind.run({ kit: t.kit, orgId, jobId: job.id, attempt: 1, payload, signal })
    await t.asSuperuser('delete from jobs.jobs where org_id = $1 and id = $2', [orgId, job.id])
  }
}

/** Uploads a file and waits for its check. */
export async function uploaded(
  t: TestKit,
  { orgId, within }: Importer,
  content: string | Uint8Array,
  object: ImportObject = 'person',
): Promise<Import> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const id = await within(ctx =>
    createImport(ctx, { object, fileName: 'people.csv', fileBytes: bytes.length }),
  )
  await within(ctx => receivePart(ctx, id, 0, bytes))
  await runJobs(t, orgId)
  return within(ctx => getImport(ctx, id))
}

/** Takes a file in from the upload to the end. */
export async function imported(
  t: TestKit,
  who: Importer,
  content: string | Uint8Array,
  choices: { object?: ImportObject; policy?: Partial<ImportPolicy>; mapping?: Import['mapping'] } = {},
): Promise<Import> {
  const { id } = await uploaded(t, who, content, choices.object)
  const { object: _, ...rest } = choices
  await who.within(ctx => changeImport(ctx, id, rest))
  await runJobs(t, who.orgId)
  await who.within(ctx => startImport(ctx, id))
  await runJobs(t, who.orgId)
  return who.within(ctx => getImport(ctx, id))
}

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createWorkflow, publishWorkflow, saveDraft } from '#modules/flow/index.ts'
import { noteSamples, signUpOrganization } from '#modules/iam/index.ts'
import { saveForm } from '#modules/intake/index.ts'
import { ConfigError } from '#platform/config.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { randomToken } from '#platform/crypto/tokens.ts'
import { AppError } from '#platform/errors.ts'
import { projectForm, thankNewLead } from './demo-workflow.ts'
import { seedActivities } from './seed-activities.ts'
import { seedPast } from './seed-past.ts'

const DEMO = { name: 'Robin Miller', email: 'demo@acme.example', organizationName: 'Acme Corp', slug: 'acme' }

export interface DemoSeed {
  email: string
  /** Undefined when this data folder has not seen it: the database is older than the folder. */
  password: string | undefined
  formKey: string
  /** Whether this start created it. */
  created: boolean
}

/**
 * Creates the demo organization on an empty database, and finds it again at later starts. Returns undefined
 * when the database belongs to somebody else: an installation with accounts of its own gets no demo.
 */
export async function seedDemo(kit: Kit): Promise<DemoSeed | undefined> {
  const existing = await findDemo(kit)
  const password = demoPassword(kit, existing === undefined)
  if (!existing) {
    const users = await kit.db.withGlobal(tx => tx.query('select 1 from iam.users limit 1'))
    if (users.rowCount !== 0) return undefined
    await signUpDemo(kit, password ?? '')
  }
  const demo = existing ?? (await findDemo(kit))
  if (!demo) return undefined
  const actor = { type: 'user', userId: demo.userId } as const
  return inOrganization(kit, { orgId: demo.orgId, actor }, async ctx => {
    const created = await claimSeed(ctx)
    if (created) await fill(ctx)
    const formKey = await demoFormKey(ctx)
    return formKey ? { email: DEMO.email, password, formKey, created } : undefined
  })
}

/** The password is kept in the data folder, so that every start can print the one that works. */
function demoPassword(kit: Kit, isNew: boolean): string | undefined {
  const file = join(kit.config.dataDir, 'demo-password')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  if (!isNew) return kit.config.demoPassword
  const password = kit.config.demoPassword ?? randomToken(16)
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  return password
}

async function signUpDemo(kit: Kit, password: string): Promise<void> {
  try {
    await signUpOrganization(kit, { ...DEMO, password, isVerified: true })
  } catch (error) {
    const reason =
      error instanceof AppError ? error.errors?.find(({ pointer }) => pointer === '/password') : undefined
    if (!reason) throw error
    rmSync(join(kit.config.dataDir, 'demo-password'), { force: true })
    throw new ConfigError(`MILLRACE_DEMO_PASSWORD: ${reason.message}`)
  }
}

async function findDemo(kit: Kit): Promise<{ userId: string; orgId: string } | undefined> {
  const found = await kit.db.withGlobal(tx =>
    tx.query<{ user_id: string; org_id: string }>(
      `select o.user_id, o.org_id from iam.users u join iam.user_organizations o on o.user_id = u.id
       where u.email = $1 order by o.created_at limit 1`,
      [DEMO.email],
    ),
  )
  const row = found.rows[0]
  return row ? { userId: row.user_id, orgId: row.org_id } : undefined
}

/**
 * Marks the organization as filled, in the transaction that fills it: a start that was killed half-way begins
 * again, and what a person has deleted since does not come back.
 */
async function claimSeed(ctx: Context): Promise<boolean> {
  const claimed = await ctx.db.query(
    `update iam.organizations set settings = settings || '{"demo": true}'
     where org_id = $1 and not settings ? 'demo'`,
    [ctx.orgId],
  )
  return claimed.rowCount === 1
}

async function fill(ctx: Context): Promise<void> {
  const workflowId = await createWorkflow(ctx, {
    name: 'Thank a new lead',
    description: 'Thanks everybody who sends the form, tells the team about large budgets and follows up.',
  })
  await saveDraft(ctx, workflowId, { graph: thankNewLead({ amount: 1, unit: 'minutes' }), revision: 0 })
  await publishWorkflow(ctx, workflowId)
  await saveForm(ctx, workflowId, { ...projectForm, fields: [...projectForm.fields] })
  await seedPast(ctx, workflowId)
  if (ctx.actor.type === 'user') await seedActivities(ctx, ctx.actor.userId, 'Thank a new lead')
  await noteSamples(ctx)
}

async function demoFormKey(ctx: Context): Promise<string | undefined> {
  const found = await ctx.db.query<{ key: string }>(
    `select k.key from intake.forms f join intake.form_keys k on k.org_id = $1 and k.form_id = f.id
     where f.org_id = $1 and f.status = 'published' order by f.created_at, k.created_at limit 1`,
    [ctx.orgId],
  )
  return found.rows[0]?.key
}

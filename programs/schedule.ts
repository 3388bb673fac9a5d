import {
  backfillTimeline,
  findNewDuplicates,
  foldRevenue,
  forgetActivities,
  forgetAttachments,
  forgetImportFiles,
  purgeDeleted,
} from '#modules/crm/index.ts'
import { forgetExpiredRuns } from '#modules/flow/index.ts'
import { forEachOrganization, forgetExpiredSignIns, forgetLetters } from '#modules/iam/index.ts'
import {
  foldShowings,
  forgetDeliveries,
  forgetLeadActs,
  forgetMails,
  forgetOldPartials,
  forgetQuarantined,
  forgetUploads,
  purgeDeletedLeads,
} from '#modules/intake/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { eraseOrganizations, isErasureDue } from '#platform/db/erasure.ts'
import { ensurePartitions } from '#platform/db/migrate.ts'
import { erasePeople, isPersonErasureDue } from '#platform/db/person-erasure.ts'
import { dropExpiredPartitions } from '#platform/db/retention.ts'
import { analyzeGrownTables } from '#platform/db/statistics.ts'
import { eraseFiles, sweepFiles } from '#platform/files/files.ts'
import { forgetRepeats, forgetUserRepeats } from '#platform/http/idempotency.ts'
import { messageOf } from '#platform/log.ts'
import { tellEvent, toldTypes } from './timeline.ts'

const HOUR_MS = 3_600_000

interface Recurring {
  name: string
  everyMs: number
  /** Also once at the start, for what must not wait for a process that runs as long as its turn. */
  atStart?: true
  run: (kit: Kit, ownerUrl: string) => Promise<unknown>
}

/** Everything that recurs, one line each. Each is harmless when two processes do it at once. */
const schedule: readonly Recurring[] = [
  { name: 'partitions', everyMs: 6 * HOUR_MS, run: (_kit, ownerUrl) => ensurePartitions(ownerUrl) },
  { name: 'retention', everyMs: 6 * HOUR_MS, atStart: true, run: forgetExpired },
  { name: 'statistics', everyMs: 5_000, run: (kit, ownerUrl) => analyzeGrownTables(kit.db, ownerUrl) },
  { name: 'erasures', everyMs: 2_000, atStart: true, run: eraseDeleted },
  { name: 'erasures of people', everyMs: 2_000, atStart: true, run: eraseForgotten },
  { name: 'expired sign-ins', everyMs: HOUR_MS, run: forgetExpiredSignIns },
  { name: 'timelines', everyMs: 6 * HOUR_MS, atStart: true, run: tellThePast },
  { name: 'files', everyMs: HOUR_MS, run: forgetRemoved },
  { name: 'files of imports', everyMs: HOUR_MS, run: forgetImportFiles },
  { name: 'duplicates', everyMs: 300_000, run: findNewDuplicates },
  { name: 'figures of forms', everyMs: 300_000, run: kit => foldShowings(kit) },
  { name: 'unsent answers', everyMs: HOUR_MS, run: forgetOldPartials },
  { name: 'letters', everyMs: 60_000, run: forgetLetters },
  { name: 'revenue', everyMs: HOUR_MS, run: kit => foldRevenue(kit) },
  { name: 'deleted records', everyMs: 6 * HOUR_MS, run: purgeDeleted },
  { name: 'deleted leads', everyMs: 6 * HOUR_MS, run: purgeDeletedLeads },
  { name: 'deliveries', everyMs: HOUR_MS, run: forgetDelivered },
  { name: 'repeats', everyMs: HOUR_MS, run: forgetExpiredRepeats },
  {
    name: 'dead workers',
    everyMs: HOUR_MS,
    run: kit =>
      kit.db.withGlobal(tx =>
        tx.query(`delete from jobs.workers where lease_until < now() - interval '1 day'`),
      ),
  },
]

/** Drops the answers that were kept for repeats of a request, a day after it. */
async function forgetExpiredRepeats(kit: Kit): Promise<void> {
  await kit.db.withGlobal(forgetUserRepeats)
  await forEachOrganization(kit, orgId => kit.db.withOrg(orgId, tx => forgetRepeats(tx, orgId)))
}

/** Tells what happened before there were timelines. */
async function tellThePast(kit: Kit): Promise<void> {
  await forEachOrganization(kit, async orgId => {
    await backfillTimeline(kit, orgId, toldTypes, tellEvent)
  })
}

/** Forgets what other systems delivered, when it has been kept for long enough. */
async function forgetDelivered(kit: Kit): Promise<void> {
  await forEachOrganization(kit, orgId => forgetDeliveries(kit, orgId))
  await forEachOrganization(kit, orgId => forgetQuarantined(kit, orgId))
}

/** How many rows are forgotten at once. */
const FORGET_BATCH = 500

/** Takes away for good what people removed long ago, and what crashes have left in the data folder. */
export async function forgetRemoved(kit: Kit): Promise<void> {
  await forEachOrganization(kit, async orgId => {
    const inTurn = <T>(forget: (ctx: Context) => Promise<T>) =>
      inOrganization(kit, { orgId, actor: { type: 'system', name: 'schedule' } }, forget)
    // A batch is a transaction of its own, so none is long; what is due goes today, however much it is.
    for (const forget of [forgetAttachments, forgetMails, forgetLeadActs])
      while ((await inTurn(ctx => forget(ctx, FORGET_BATCH))) === FORGET_BATCH);
    await inTurn(forgetActivities)
    await inTurn(forgetUploads)
  })
  const swept = await sweepFiles(kit)
  if (swept > 0) kit.log.info({ files: swept }, 'schedule.files_swept')
}

/** Goes on with organizations that are being deleted. */
async function eraseDeleted(kit: Kit, ownerUrl: string): Promise<void> {
  if (!(await isErasureDue(kit.db))) return
  await eraseFiles(kit)
  const rows = await eraseOrganizations(ownerUrl)
  if (rows > 0) kit.log.info({ rows }, 'schedule.organization_rows_erased')
}

/** Goes on with people whose data are being erased. */
async function eraseForgotten(kit: Kit, ownerUrl: string): Promise<void> {
  if (!(await isPersonErasureDue(kit.db))) return
  await erasePeople(ownerUrl, kit.personal)
}

/** Drops what is older than it is kept, and then what refers to it. */
async function forgetExpired(kit: Kit, ownerUrl: string): Promise<void> {
  const { dropped, oldest } = await dropExpiredPartitions(ownerUrl)
  if (dropped.length > 0) kit.log.info({ partitions: dropped.join(', ') }, 'schedule.partitions_dropped')
  await forgetExpiredRuns(kit, oldest.get('flow.runs'))
}

/** Runs the schedule until aborted. A failure is logged and the next turn tries again. */
export async function startSchedule(kit: Kit, ownerUrl: string, abort: AbortSignal): Promise<void> {
  const busy = new Set<Recurring>()
  const turn = async (entry: Recurring) => {
    // A turn that takes longer than the time to the next one, as while the database is away, is not joined by another.
    if (busy.has(entry)) return
    busy.add(entry)
    try {
      await entry.run(kit, ownerUrl)
    } catch (error) {
      if (abort.aborted) return
      kit.log.error({ task: entry.name, error: messageOf(error) }, 'schedule.failed')
    } finally {
      busy.delete(entry)
    }
  }
  for (const entry of schedule) if (entry.atStart) void turn(entry)
  const timers = schedule.map(entry => setInterval(() => void turn(entry), entry.everyMs))
  await new Promise<void>(resolve => {
    if (abort.aborted) resolve()
    abort.addEventListener('abort', () => resolve(), { once: true })
  })
  for (const timer of timers) clearInterval(timer)
}

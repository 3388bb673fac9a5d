import { type Context, contextOn, type Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { faultPoint } from '#platform/faults.ts'
import { isPassing, refusalOf } from './effect-refused.ts'
import { applyEffect } from './effects.ts'
import { writeProgress } from './progress.ts'
import { isAnyoneListening } from './run-end.ts'
import type { RunState, SliceResult, StepError } from './run-state.ts'
import type { PackedState } from './run-values.ts'
import type { ClaimedRun } from './store.ts'

/** What a run that is stored for the first time needs besides. */
export interface FreshRun {
  /** Unique per workflow for ever. */
  key: string | null
}

/** A slice that wants to be stored. */
export interface Checkpoint {
  run: ClaimedRun
  /** Set when the run itself is not stored yet: run and progress are stored together or not at all. */
  fresh: FreshRun | null
  result: SliceResult
  /** Of a fresh run, the state before its first slice. */
  before?: RunState
  packed: PackedState
  /** The run's status as it is stored, and its version; null when it has to be written anyway. */
  standing: { status: string; versionId: string } | null
  /** When the slice ran, in milliseconds since 1970 by the database's clock. */
  at: number
  /** Inbox rows the slice has taken in. */
  consumed: readonly string[]
  /** Whether the worker keeps the run, because remote calls are on their way or there is more to do at once. */
  hold: boolean
}

/** What became of a checkpoint. */
export type CheckpointOutcome =
  | { kind: 'stored' }
  /** The lease was lost: somebody else has the run now and nothing of this slice happened. */
  | { kind: 'fenced' }
  /** The database refused a local effect; advance again from the state before, telling the core. */
  | { kind: 'refused'; refused: ReadonlyMap<string, StepError> }
  /** Its key has started this run before; nothing of this one happened. */
  | { kind: 'duplicate'; runId: string }

// Locking the leases holds off a recovery until this commit is decided: the fence and the writes are one.
const FENCE = `
  select run_id, claim_id from flow.leases where org_id = $1 and run_id = any($2) for update`

// The key decides: a run whose key has another row already does not happen.
const KEYS = `
  insert into flow.run_keys (org_id, workflow_id, key, run_id)
  select $1, k.workflow_id, k.key, k.run_id from unnest($2::uuid[], $3::text[], $4::uuid[]) as k (workflow_id, key, run_id)
  order by k.workflow_id, k.key
  on conflict do nothing`

const KEY_OWNERS = `
  select k.workflow_id, k.key, k.run_id from flow.run_keys k
  join unnest($2::uuid[], $3::text[]) as asked (workflow_id, key) on k.workflow_id = asked.workflow_id and k.key = asked.key
  where k.org_id = $1`

/**
 * Stores a batch of slices of many organizations in one commit. Runs whose lease is gone are left out, runs
 * whose local effect was refused are left out too and can be advanced again; the others are all stored.
 */
export async function storeCheckpoints(
  kit: Kit,
  batch: readonly Checkpoint[],
): Promise<Map<Checkpoint, CheckpointOutcome>> {
  // At first without a net, so that nothing waits for anything. Only when that fails is each run's part put
  // between savepoints, to find out whose effect it was.
  if (!batch.some(({ result }) => result.effects.length > 0)) return storeBatch(kit, batch, false)
  try {
    return await storeBatch(kit, batch, false)
  } catch {
    return storeBatch(kit, batch, true)
  }
}

async function storeBatch(
  kit: Kit,
  batch: readonly Checkpoint[],
  careful: boolean,
): Promise<Map<Checkpoint, CheckpointOutcome>> {
  const groups = Map.groupBy(batch, checkpoint => checkpoint.run.orgId)
  // In one order, so that two workers with runs of the same organizations do not wait for each other.
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
  return kit.db.withBatch(async transaction => {
    const outcomes = new Map<Checkpoint, CheckpointOutcome>()
    for (const [orgId, group] of sorted) {
      await transaction.inOrg(orgId, tx => storeGroup(kit, tx, { orgId, group, careful }, outcomes))
    }
    faultPoint('checkpoint.before_commit')
    return outcomes
  })
}

/**
 * Stores runs for the first time, with what they have come to, in the caller's transaction. Returns, for those whose key
 * has started a run before or is another's of this batch, whose it is; nothing of them is stored.
 */
export async function storeFresh(
  ctx: Context,
  checkpoints: readonly Checkpoint[],
): Promise<Map<Checkpoint, string>> {
  const { kit, db, orgId } = ctx
  const outcomes = new Map<Checkpoint, CheckpointOutcome>()
  if (checkpoints.length > 0)
    await storeGroup(kit, db, { orgId, group: checkpoints, careful: false }, outcomes)
  return new Map(
    [...outcomes].flatMap(([checkpoint, outcome]) =>
      outcome.kind === 'duplicate' ? [[checkpoint, outcome.runId]] : [],
    ),
  )
}

interface Group {
  orgId: string
  group: readonly Checkpoint[]
  careful: boolean
}

async function storeGroup(
  kit: Kit,
  tx: Tx,
  { orgId, group, careful }: Group,
  outcomes: Map<Checkpoint, CheckpointOutcome>,
): Promise<void> {
  const known = group.filter(({ fresh }) => fresh === null)
  const [claims, isHeard] = await Promise.all([
    fence(tx, orgId, known),
    isAnyoneListening(tx, orgId),
    claimKeys(tx, orgId, group, outcomes),
  ])
  for (const checkpoint of known) {
    if (claims.get(checkpoint.run.runId) !== checkpoint.run.claimId)
      outcomes.set(checkpoint, { kind: 'fenced' })
  }
  const owned = group.filter(checkpoint => !outcomes.has(checkpoint))
  const stored: Checkpoint[] = []
  const decide = (checkpoint: Checkpoint, refused: ReadonlyMap<string, StepError> | null) => {
    outcomes.set(checkpoint, refused ? { kind: 'refused', refused } : { kind: 'stored' })
    if (!refused) stored.push(checkpoint)
  }
  if (careful) {
    for (const checkpoint of owned) decide(checkpoint, await tryEffects(kit, tx, checkpoint))
  } else {
    // Side by side, so that the runs of a batch share their round trips; each run's own effects stay in order.
    await Promise.all(owned.map(checkpoint => applyEffects(kit, tx, checkpoint)))
    for (const checkpoint of owned) decide(checkpoint, null)
  }
  if (stored.length > 0) await writeProgress(kit, tx, { orgId, stored, isHeard })
}

/**
 * The claims that hold these runs now, by run. One batch may have two slices of a run, of a claim that was lost while the
 * database was away and of the one after it; only the second may be stored.
 */
async function fence(
  tx: Tx,
  orgId: string,
  known: readonly Checkpoint[],
): Promise<ReadonlyMap<string, string>> {
  if (known.length === 0) return new Map()
  const runIds = [...new Set(known.map(({ run }) => run.runId))]
  const found = await tx.query<{ run_id: string; claim_id: string }>(FENCE, [orgId, runIds])
  return new Map(found.rows.map(row => [row.run_id, row.claim_id]))
}

/** Takes the keys of runs that are stored for the first time; those whose key is taken are told whose it is. */
async function claimKeys(
  tx: Tx,
  orgId: string,
  group: readonly Checkpoint[],
  outcomes: Map<Checkpoint, CheckpointOutcome>,
): Promise<void> {
  const keyed = group.filter(({ fresh }) => fresh !== null && fresh.key !== null)
  if (keyed.length === 0) return
  const workflows = keyed.map(({ run }) => run.workflowId)
  const keys = keyed.map(({ fresh }) => fresh?.key)
  tx.send(KEYS, [orgId, workflows, keys, keyed.map(({ run }) => run.runId)])
  const owners = await tx.query<{ workflow_id: string; key: string; run_id: string }>(KEY_OWNERS, [
    orgId,
    workflows,
    keys,
  ])
  const ownerOf = new Map(owners.rows.map(row => [`${row.workflow_id} ${row.key}`, row.run_id]))
  for (const checkpoint of keyed) {
    const { run, fresh } = checkpoint
    const owner = ownerOf.get(`${run.workflowId} ${fresh?.key}`) ?? run.runId
    if (owner !== run.runId) outcomes.set(checkpoint, { kind: 'duplicate', runId: owner })
  }
}

async function applyEffects(kit: Kit, tx: Tx, { run, result }: Checkpoint): Promise<void> {
  if (result.effects.length === 0) return
  const ctx = contextOf(kit, tx, run)
  for (const effect of result.effects) await applyEffect(ctx, run, effect)
}

/** A refused effect takes back only its own run's effects; the rest of the batch is not touched. */
async function tryEffects(
  kit: Kit,
  tx: Tx,
  { run, result }: Checkpoint,
): Promise<ReadonlyMap<string, StepError> | null> {
  if (result.effects.length === 0) return null
  const ctx = contextOf(kit, tx, run)
  tx.flush()
  tx.send('savepoint effects')
  for (const effect of result.effects) {
    try {
      await applyEffect(ctx, run, effect)
      await tx.settle()
    } catch (error) {
      if (isPassing(error)) throw error
      tx.discard()
      await tx.settle().catch(() => {})
      await tx.query('rollback to savepoint effects')
      return new Map([[effect.key, refusalOf(error)]])
    }
  }
  tx.send('release savepoint effects')
  return null
}

function contextOf(kit: Kit, tx: Tx, run: ClaimedRun) {
  return contextOn(kit, tx, {
    orgId: run.orgId,
    actor: { type: 'run', runId: run.runId, workflowId: run.workflowId },
  })
}

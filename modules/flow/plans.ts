import type { Kit } from '#platform/context.ts'
import { type LoadedPlan, loadPlan } from './loaded-plan.ts'
import { nodeRunners } from './nodes/runners.ts'
import type { Plan } from './plan.ts'

const PLANS_MAX = 1000

const plansByKit = new WeakMap<Kit, Plans>()

/** The plans that this process has in memory. */
export function plansOf(kit: Kit): Plans {
  const known = plansByKit.get(kit) ?? new Plans(kit)
  plansByKit.set(kit, known)
  return known
}

/**
 * Compiled plans by version. A version never changes, so what is cached is never stale; the least recently
 * used is forgotten first.
 */
class Plans {
  readonly #kit: Kit
  readonly #loaded = new Map<string, LoadedPlan>()

  constructor(kit: Kit) {
    this.#kit = kit
  }

  /** The plans of these versions of one organization. Throws when one cannot run in this program. */
  async get(orgId: string, versionIds: readonly string[]): Promise<ReadonlyMap<string, LoadedPlan>> {
    const found = new Map<string, LoadedPlan>()
    const missing: string[] = []
    for (const id of new Set(versionIds)) {
      const key = `${orgId}/${id}`
      const plan = this.#loaded.get(key)
      if (!plan) {
        missing.push(id)
        continue
      }
      found.set(id, plan)
      this.#loaded.delete(key)
      this.#loaded.set(key, plan)
    }
    if (missing.length > 0) {
      const rows = await this.#kit.db.withOrg(orgId, tx =>
        tx.query<{ id: string; plan: Plan }>(
          'select id, plan from flow.versions where org_id = $1 and id = any($2)',
          [orgId, missing],
        ),
      )
      for (const row of rows.rows) {
        const plan = loadPlan(row.plan, nodeRunners)
        found.set(row.id, plan)
        this.#loaded.set(`${orgId}/${row.id}`, plan)
      }
      this.#forget()
    }
    return found
  }

  #forget(): void {
    for (const key of this.#loaded.keys()) {
      if (this.#loaded.size <= PLANS_MAX) return
      this.#loaded.delete(key)
    }
  }
}

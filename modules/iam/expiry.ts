import type { Kit } from '#platform/context.ts'

// The order spares the cascade most of its work.
const EXPIRED = [
  'delete from iam.sessions where expires_at < now() or idle_expires_at < now()',
  'delete from iam.access_tokens where expires_at < now()',
  'delete from iam.refresh_tokens where expires_at < now()',
  'delete from iam.token_families where expires_at < now()',
  'delete from iam.authorization_requests where expires_at < now()',
  'delete from iam.pending_identities where expires_at < now()',
  'delete from iam.mailed_links where expires_at < now()',
  'delete from iam.sign_in_challenges where expires_at < now()',
  'delete from iam.passkey_challenges where expires_at < now()',
  `delete from iam.totp_secrets where confirmed_at is null and updated_at < now() - interval '1 day'`,
  `delete from iam.known_devices where last_used_at < now() - interval '400 days'`,
  `delete from iam.sign_in_attempts where at < now() - interval '1 day'`,
] as const

/**
 * Deletes what can no longer be signed in with, and tries at the door that are a day old. For the schedule;
 * nothing depends on it, because what has expired is refused anyway. Returns how many rows went.
 */
export async function forgetExpiredSignIns(kit: Kit): Promise<number> {
  let gone = 0
  for (const text of EXPIRED) {
    const result = await kit.db.withGlobal(tx => tx.query(text))
    gone += result.rowCount ?? 0
  }
  return gone
}

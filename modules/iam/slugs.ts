import { randomBytes } from 'node:crypto'
import type { Context } from '#platform/context.ts'
import { iamErrors } from './errors.ts'

/** How long an address that was given up still leads to its organization and is kept from others. */
const RESERVED_FOR = '90 days'
/** Addresses an organization may hold back at a time. */
const RESERVED_MAX = 5

/** Addresses that belong to the installation or would be taken for it. */
const RESERVED = new Set(
  'abuse account accounts admin api app assets auth billing blog cdn demo dev docs email files forms ftp help hostmaster imap localhost login logout mail millrace new no-reply noreply ns o oauth platform pop postmaster public root security settings sign-in sign-up smtp sso staging static status support system test webhooks web webmail webmaster welcome www'.split(
    ' ',
  ),
)

/** Proposes an address from a name: `Crème & Söhne GmbH` becomes `creme-sohne-gmbh`. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? 'organization' : slug
}

/**
 * Takes an address for the organization. A wanted one is taken or refused with `iam.slug_taken`; one made
 * from the name gets a number, and at last random letters, until it is free.
 */
export async function takeSlug(
  ctx: Context,
  wish: { slug?: string | undefined; name: string },
): Promise<string> {
  if (wish.slug !== undefined) {
    if (!(await claimSlug(ctx, wish.slug))) throw iamErrors.slug_taken()
    return wish.slug
  }
  const base = slugOf(wish.name)
  const candidates = [base, `${base}-2`, `${base}-3`, `${base}-${randomBytes(4).toString('hex')}`]
  for (const slug of candidates) {
    if (await claimSlug(ctx, slug)) return slug
  }
  throw iamErrors.slug_taken()
}

/**
 * Takes another address and holds the one that is given up back for 90 days. Throws `iam.slug_taken`, or
 * `iam.too_many_slugs` when the organization holds five back already.
 */
export async function changeSlug(ctx: Context, from: string, to: string): Promise<void> {
  if (!(await claimSlug(ctx, to))) throw iamErrors.slug_taken()
  const held = await ctx.db.query<{ n: number }>(
    'select count(*)::int as n from iam.organization_slugs where org_id = $1 and reserved_until > now()',
    [ctx.orgId],
  )
  if ((held.rows[0]?.n ?? 0) >= RESERVED_MAX) throw iamErrors.too_many_slugs()
  await ctx.db.query(
    `update iam.organization_slugs set reserved_until = now() + interval '${RESERVED_FOR}'
     where org_id = $1 and slug = $2`,
    [ctx.orgId, from],
  )
}

// One statement decides between two who want it at once. A reservation that is over leaves with the next who asks, and
// an organization may go back to an address of its own.
const CLAIM = `
  insert into iam.organization_slugs as held (slug, org_id) values ($1, $2)
  on conflict (slug) do update set org_id = excluded.org_id, reserved_until = null
  where held.reserved_until is not null and (held.org_id = excluded.org_id or held.reserved_until < now())`

async function claimSlug(ctx: Context, slug: string): Promise<boolean> {
  if (RESERVED.has(slug)) return false
  const result = await ctx.db.query(CLAIM, [slug, ctx.orgId])
  return result.rowCount === 1
}

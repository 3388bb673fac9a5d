import { createHash } from 'node:crypto'
import { audit } from '#platform/audit/audit.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { type Branding, LOGO_BYTES_MAX, type PublicBranding } from './branding-api.ts'
import { organizationAt } from './hosts.ts'
import { brandingOf } from './organization-shape.ts'
import { type Picture, readPicture } from './picture.ts'

/** Asked for where nothing was found, so that an answer takes as long. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

interface Row {
  name: string
  slug: string
  branding: Record<string, unknown>
}

const READ = `
  select name, slug, branding from iam.organizations where org_id = $1 and status <> 'deleting'`

/** The name and the look of an organization, for its own public pages; null when it is gone. */
export async function organizationBranding(ctx: Context): Promise<PublicBranding | null> {
  return read(ctx.db, ctx.orgId)
}

async function read(tx: Tx, orgId: string): Promise<PublicBranding | null> {
  const row = (await tx.query<Row>(READ, [orgId])).rows[0]
  return row ? { name: row.name, ...brandingOf(row) } : null
}

/** How a page should look that is reached by a host name or an address; like Millrace itself when these lead nowhere. */
export async function publicBranding(
  kit: Kit,
  place: { host?: string | undefined; slug?: string | undefined },
): Promise<PublicBranding> {
  const orgId = (await organizationAt(kit, place)) ?? NOBODY
  const found = await kit.db.withOrg(orgId, tx => read(tx, orgId))
  return found ?? { name: 'Millrace', accentColor: null, logoUrl: null }
}

/** Sets the accent color, or with null returns to the one of Millrace. */
export async function setAccentColor(ctx: Context, color: string | null): Promise<Branding> {
  return change(ctx, 'accentColor', color?.toLowerCase() ?? null)
}

/**
 * Stores a picture as the organization's logo, in place of the one before. Throws `request.invalid` for what is no
 * PNG, JPEG or WebP picture, is too large, or moves.
 */
export async function setLogo(ctx: Context, data: string): Promise<Branding> {
  const bytes = Buffer.from(data, 'base64')
  const picture = bytes.length > LOGO_BYTES_MAX ? null : readPicture(bytes)
  if (!picture) {
    throw generalErrors.invalid({
      errors: [
        {
          in: 'body',
          pointer: '/data',
          code: 'invalid_picture',
          message: 'Use a PNG, JPEG or WebP picture of at most 256 KB and 2,048 pixels each way.',
        },
      ],
    })
  }
  const hash = createHash('sha256').update(picture.bytes).digest()
  await forgetLogos(ctx)
  await ctx.db.query(
    `insert into iam.logos (org_id, hash, media_type, bytes, width, height) values ($1, $2, $3, $4, $5, $6)`,
    [ctx.orgId, hash, picture.mediaType, picture.bytes, picture.width, picture.height],
  )
  return change(ctx, 'logo', hash.toString('hex'))
}

/** Removes the logo. Doing it again changes nothing. */
export async function deleteLogo(ctx: Context): Promise<Branding> {
  await forgetLogos(ctx)
  return change(ctx, 'logo', null)
}

/** The row of the organization is locked first, so that of two uploads at once one is left. */
async function forgetLogos(ctx: Context): Promise<void> {
  await ctx.db.query('select 1 from iam.organizations where org_id = $1 for update', [ctx.orgId])
  await ctx.db.query('delete from iam.logos where org_id = $1', [ctx.orgId])
}

async function change(ctx: Context, what: 'accentColor' | 'logo', value: string | null): Promise<Branding> {
  const before = (await ctx.db.query<Row>(`${READ} for update`, [ctx.orgId])).rows[0]
  if (!before) throw generalErrors.not_found()
  const stored = await ctx.db.query<Row>(
    `update iam.organizations set branding = jsonb_strip_nulls(branding || jsonb_build_object($2::text, $3::text))
     where org_id = $1 returning name, slug, branding`,
    [ctx.orgId, what, value],
  )
  const after = stored.rows[0] ?? before
  await audit(ctx, {
    action: 'organization.branding_changed',
    object: { type: 'organization', id: ctx.orgId, name: before.name },
    before: before.branding,
    after: after.branding,
  })
  return brandingOf(after)
}

/** A logo by the address it is shown under. Throws `request.not_found`. */
export async function readLogo(
  kit: Kit,
  place: { slug: string; hash: string },
): Promise<Pick<Picture, 'mediaType' | 'bytes'>> {
  const orgId = await organizationAt(kit, place)
  if (orgId === null) throw generalErrors.not_found()
  const actor = { type: 'visitor', address: '' } as const
  const found = await inOrganization(kit, { orgId, actor }, ctx =>
    ctx.db.query<{ media_type: Picture['mediaType']; bytes: Buffer }>(
      'select media_type, bytes from iam.logos where org_id = $1 and hash = $2',
      [orgId, Buffer.from(place.hash, 'hex')],
    ),
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return { mediaType: row.media_type, bytes: row.bytes }
}

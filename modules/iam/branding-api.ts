import { z } from 'zod'
import { Id, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

/** Most bytes of a logo, and the same as base64. */
export const LOGO_BYTES_MAX = 262_144
const LOGO_TEXT_MAX = Math.ceil(LOGO_BYTES_MAX / 3) * 4
/** The text, its name and the braces around it. */
const LOGO_BODY_MAX = LOGO_TEXT_MAX + 1_024

/** How an organization looks to people who are not signed in. */
export const Branding = z
  .object({
    accentColor: z.string().nullable().describe('`#rrggbb`; null for the color of Millrace.'),
    logoUrl: z.string().nullable().describe('A path of this installation that never shows another picture.'),
  })
  .meta({ id: 'Branding' })
export type Branding = z.output<typeof Branding>

export const PublicBranding = Branding.extend({
  name: z.string().describe('The name of the organization, or Millrace.'),
}).meta({ id: 'PublicBranding' })
export type PublicBranding = z.output<typeof PublicBranding>

/** A name of its own under which an organization is reached. */
export const OrganizationHost = z
  .object({
    id: Id,
    host: z.string(),
    verifiedAt: Timestamp.nullable().describe('Null until its name server said that it is yours.'),
    checkedAt: Timestamp.nullable(),
    record: z
      .object({ name: z.string(), value: z.string() })
      .describe('The TXT record that proves it; keep it, it is what another claim is compared with.'),
  })
  .meta({ id: 'OrganizationHost' })
export type OrganizationHost = z.output<typeof OrganizationHost>

export const getPublicBranding = defineRoute({
  id: 'iam.branding.get-public',
  method: 'GET',
  path: '/v1/public/branding',
  summary: 'How a sign-in page should look',
  description:
    'Name, logo and color of the organization that is reached by a host name or an address. They are public. A host or an address that leads nowhere is answered like one without a look of its own.',
  access: 'public',
  query: z.strictObject({ host: z.string().max(300).optional(), slug: z.string().max(100).optional() }),
  response: PublicBranding,
})

export const getLogo = defineRoute({
  id: 'iam.logo.get',
  method: 'GET',
  path: '/v1/public/logos/:slug/:hash',
  summary: 'The logo of an organization',
  access: 'public',
  params: z.strictObject({
    slug: z.string().regex(/^[a-z0-9-]{1,63}$/),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  produces: 'image/png',
})

export const setAccentColor = defineRoute({
  id: 'iam.branding.set-color',
  method: 'PUT',
  path: '/v1/organization/branding/color',
  summary: 'Set the accent color',
  description:
    'Used on the sign-in page and on public forms. Shades for text, hover and the dark theme are derived from it so that everything can be read.',
  access: 'organization:manage',
  body: z.strictObject({
    accentColor: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'Enter a color like #0b6b6b.')
      .nullable(),
  }),
  response: Branding,
})

export const setLogo = defineRoute({
  id: 'iam.logo.set',
  method: 'PUT',
  path: '/v1/organization/logo',
  summary: 'Set the logo',
  description:
    'A PNG, JPEG or WebP picture of at most 256 KB and 2,048 pixels each way, as base64. What the file holds besides the picture is not kept. SVG is not taken, because it can hold programs.',
  access: 'organization:manage',
  body: z.strictObject({ data: z.base64().min(1).max(LOGO_TEXT_MAX, 'Use a picture of at most 256 KB.') }),
  bodyLimit: LOGO_BODY_MAX,
  response: Branding,
})

export const deleteLogo = defineRoute({
  id: 'iam.logo.delete',
  method: 'DELETE',
  path: '/v1/organization/logo',
  summary: 'Remove the logo',
  access: 'organization:manage',
  response: Branding,
})

export const listHosts = defineRoute({
  id: 'iam.host.list',
  method: 'GET',
  path: '/v1/organization/hosts',
  summary: 'Host names of the organization',
  access: 'organization:read',
  response: pageOf(OrganizationHost),
})

export const addHost = defineRoute({
  id: 'iam.host.create',
  method: 'POST',
  path: '/v1/organization/hosts',
  summary: 'Claim a host name',
  description: 'It is used once its TXT record has been found. At most 10.',
  access: 'organization:manage',
  body: z.strictObject({ host: z.string().trim().min(1).max(253) }),
  response: OrganizationHost,
  status: 201,
  errors: ['iam.host_claimed', 'iam.too_many_hosts'],
})

export const verifyHost = defineRoute({
  id: 'iam.host.verify',
  method: 'POST',
  path: '/v1/organization/hosts/:hostId/verification',
  summary: 'Look for the TXT record of a host name',
  access: 'organization:manage',
  params: z.strictObject({ hostId: Id }),
  response: OrganizationHost,
  errors: ['iam.host_not_proved', 'iam.host_taken'],
})

export const deleteHost = defineRoute({
  id: 'iam.host.delete',
  method: 'DELETE',
  path: '/v1/organization/hosts/:hostId',
  summary: 'Give a host name up',
  access: 'organization:manage',
  params: z.strictObject({ hostId: Id }),
})

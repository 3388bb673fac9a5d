import { Answer, type Implemented, implement, implementPublic } from '#platform/http/handlers.ts'
import { deleteLogo, publicBranding, readLogo, setAccentColor, setLogo } from './branding.ts'
import * as api from './branding-api.ts'
import { addHost, deleteHost, listHosts, verifyHost } from './hosts.ts'

/** Should a browser ever take a picture for a page, it may do nothing at all. */
const PICTURE_POLICY = "default-src 'none'; sandbox"

/** How an organization looks to strangers, and the names under which they reach it. */
export const brandingRoutes: readonly Implemented[] = [
  implementPublic(api.getPublicBranding, (http, { query }) => publicBranding(http.kit, query)),

  implementPublic(api.getLogo, async (http, { params }) => {
    const { mediaType, bytes } = await readLogo(http.kit, params)
    return new Answer(200, bytes, {
      'content-type': mediaType,
      'content-disposition': 'inline',
      'content-security-policy': PICTURE_POLICY,
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, max-age=31536000, immutable',
    })
  }),

  implement(api.setAccentColor, (ctx, { body }) => setAccentColor(ctx, body.accentColor)),
  implement(api.setLogo, (ctx, { body }) => setLogo(ctx, body.data)),
  implement(api.deleteLogo, ctx => deleteLogo(ctx)),

  implement(api.listHosts, async ctx => ({ items: await listHosts(ctx), nextCursor: null })),
  implement(api.addHost, (ctx, { body }) => addHost(ctx, body.host)),
  implement(api.verifyHost, (ctx, { params }) => verifyHost(ctx, params.hostId)),
  implement(api.deleteHost, async (ctx, { params }) => {
    await deleteHost(ctx, params.hostId)
    return undefined
  }),
]

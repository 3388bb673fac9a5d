import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import type { Credential } from './credentials.ts'
import type { Invitation } from './invitation-api.ts'
import { queueLetter } from './letters.ts'
import type { GrantableRole } from './member-api.ts'
import { organizationName } from './organizations.ts'

/** Queues the letter. Returns its link where no e-mail is sent and a person has to carry it over. */
export async function sendInvitation(
  ctx: Context,
  invitation: z.input<typeof Invitation>,
  token: Credential,
): Promise<string | null> {
  const { kit } = ctx
  const name = (await organizationName(ctx)) ?? ''
  const link = `${kit.config.publicUrl}/invitation/${token.text}`
  const inviter = invitation.invitedBy ?? name
  await queueLetter(ctx.db, kit, {
    to: invitation.email,
    subject: `${inviter} invites you to ${name}`,
    text: `${inviter} invites you to work in ${name} as ${roleNames[invitation.role]}.\n\nAccept the invitation:\n${link}\n\nThe link works once and until ${invitation.expiresAt.slice(0, 10)}. If you do not know what this is about, you need not do anything.`,
    expiresAt: new Date(invitation.expiresAt),
    organizationName: name,
  })
  return kit.config.smtpUrl === undefined ? link : null
}

const roleNames: Readonly<Record<GrantableRole, string>> = {
  admin: 'an administrator',
  manager: 'a manager',
  member: 'a member',
  viewer: 'a viewer',
  guest: 'a guest',
}

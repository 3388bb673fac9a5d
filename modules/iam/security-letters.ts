import type { Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { newId } from '#platform/ids.ts'
import { queueLetter } from './letters.ts'

interface Addressee {
  readonly email: string
  readonly name: string
}

/** Where a person looks after the security of the account. */
function securityPage(kit: Kit): string {
  return `${kit.config.publicUrl}/settings/security`
}

const paragraphs = (...lines: string[]) => lines.join('\n\n')

/** The letter with the link that confirms an address; also the one that makes a new address the person's own. */
export function writeVerification(
  tx: Tx,
  kit: Kit,
  to: Addressee,
  link: { token: string; expiresAt: Date; isChange: boolean },
): Promise<void> {
  const text = paragraphs(
    `Hello ${to.name},`,
    link.isChange
      ? 'Open this link to use this e-mail address for your Millrace account from now on:'
      : 'Open this link to confirm the e-mail address of your Millrace account:',
    `${kit.config.publicUrl}/verify-email#${link.token}`,
    `It works once, in a browser where you are signed in. If you have not asked for it, somebody typed your address; leave the link alone.`,
  )
  const subject = link.isChange ? 'Confirm your new e-mail address' : 'Confirm your e-mail address'
  return queueLetter(tx, kit, { to: to.email, subject, text, expiresAt: link.expiresAt })
}

/** The letter with the link for a new password. */
export function writeReset(
  tx: Tx,
  kit: Kit,
  to: Addressee,
  link: { token: string; expiresAt: Date },
): Promise<void> {
  const text = paragraphs(
    `Hello ${to.name},`,
    'Open this link within 30 minutes to choose a new password:',
    `${kit.config.publicUrl}/reset-password#${link.token}`,
    'It works once and ends every session of your account. If you have not asked for it, do nothing; your password stays as it is.',
  )
  return queueLetter(tx, kit, {
    to: to.email,
    subject: 'Choose a new password',
    text,
    expiresAt: link.expiresAt,
  })
}

/** The same work as writing to somebody, for an address that nobody has. It is over before it could be sent. */
export function writeToNobody(tx: Tx, kit: Kit): Promise<void> {
  return queueLetter(tx, kit, {
    to: `${newId()}@nobody.invalid`,
    subject: 'Nobody asked for this',
    text: 'This is never sent.'.padEnd(400),
    expiresAt: new Date(0),
  })
}

/** What happened to an account that its owner has to hear of, whoever did it. */
export type SecurityNews =
  | { readonly what: 'signed_in'; readonly device: string; readonly address: string }
  | { readonly what: 'password_changed' }
  | { readonly what: 'second_factor_removed'; readonly name: string }
  | { readonly what: 'second_factors_reset' }
  | { readonly what: 'email_changed'; readonly newEmail: string }

function wordsOf(news: SecurityNews): { subject: string; text: string } {
  switch (news.what) {
    case 'signed_in':
      return {
        subject: 'New sign-in to your account',
        text: `Somebody signed in to your Millrace account from a device that was not used before: ${news.device}, network address ${news.address}.`,
      }
    case 'password_changed':
      return {
        subject: 'Your password was changed',
        text: 'The password of your Millrace account was changed. Every other session was ended.',
      }
    case 'second_factor_removed':
      return {
        subject: 'A second factor was removed',
        text: `A second factor was removed from your Millrace account: ${news.name}.`,
      }
    case 'second_factors_reset':
      return {
        subject: 'Your second factors were taken away',
        text: 'Somebody who looks after this installation has taken the authenticator app, the passkeys and the recovery codes of your Millrace account away. Every session was ended. Sign in with your password and set up new ones.',
      }
    case 'email_changed':
      return {
        subject: 'Your e-mail address was changed',
        text: `Your Millrace account now uses the address ${news.newEmail}. You no longer get its letters at this one.`,
      }
  }
}

/** Tells a person what happened to the account, and what to do if it was somebody else. */
export function writeNews(tx: Tx, kit: Kit, to: Addressee, news: SecurityNews): Promise<void> {
  const { subject, text } = wordsOf(news)
  const advice =
    news.what === 'email_changed'
      ? 'If this was not you, tell the people who run this installation at once.'
      : 'If this was you, there is nothing to do. If not, change your password and look at where you are signed in:'
  const link = news.what === 'email_changed' ? [] : [securityPage(kit)]
  return queueLetter(tx, kit, {
    to: to.email,
    subject,
    text: paragraphs(`Hello ${to.name},`, text, advice, ...link),
    expiresAt: null,
  })
}

/** As `writeNews`, for a user by id; one whose address is not confirmed is told nothing, because it may be another's. */
export async function tellUser(tx: Tx, kit: Kit, userId: string, news: SecurityNews): Promise<void> {
  const found = await tx.query<{ email: string; name: string }>(
    'select email, name from iam.users where id = $1 and email_verified_at is not null',
    [userId],
  )
  const user = found.rows[0]
  if (user) await writeNews(tx, kit, user, news)
}

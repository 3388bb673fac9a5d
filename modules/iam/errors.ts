import { defineErrors } from '#platform/errors.ts'

/** What can go wrong at the door. The texts never tell whether an account exists. */
export const iamErrors = defineErrors('iam', {
  credentials_refused: {
    status: 401,
    title: 'The e-mail address or the password is not right.',
    detail: 'Check both and try again.',
  },
  sign_up_refused: {
    status: 422,
    title: 'The account could not be created.',
    detail: 'Nothing was saved. If you have used this e-mail address here before, sign in instead.',
  },
  slug_taken: {
    status: 409,
    title: 'This address is taken.',
    detail: 'Nothing was saved. Choose another address for the organization.',
  },
  too_many_tries: {
    status: 429,
    title: 'There were too many tries in a short time.',
    detail: 'Wait a few minutes, then try again.',
  },
  busy: {
    status: 503,
    title: 'Too many people are signing in at this moment.',
    detail: 'Nothing was saved. Try again in a few seconds.',
  },
  outranked: {
    status: 403,
    title: 'You can only manage members with a lower role than your own.',
    detail: 'Nothing was changed. Ask the owner or an administrator.',
  },
  beyond_own_rights: {
    status: 403,
    title: 'You cannot give rights that you do not have yourself.',
    detail: 'Nothing was changed.',
  },
  own_membership: {
    status: 409,
    title: 'You cannot change your own membership.',
    detail: 'Nothing was changed. Ask another administrator, or leave the organization instead.',
  },
  owner_stays: {
    status: 409,
    title: 'The owner cannot leave or be removed.',
    detail: 'Nothing was changed. Transfer the ownership to another member first.',
  },
  owner_only: {
    status: 403,
    title: 'Only the owner can do this.',
    detail: 'Nothing was changed.',
  },
  member_not_active: {
    status: 409,
    title: 'This member cannot become the owner.',
    detail: 'Nothing was changed. Choose another member who is active.',
  },
  membership_suspended: {
    status: 403,
    title: 'Your access to this organization is suspended.',
    detail: 'Nothing was changed. Ask an administrator of the organization.',
  },
  owns_organizations: {
    status: 409,
    title: 'Your account owns an organization.',
    detail: 'Nothing was deleted. Transfer the ownership or delete the organization first.',
  },
  invitation_expired: {
    status: 410,
    title: 'This invitation has expired.',
    detail: 'Ask the person who invited you to send it again.',
  },
  invitation_used: {
    status: 410,
    title: 'This invitation was used already.',
    detail: 'If it was you, sign in.',
  },
  invitation_revoked: {
    status: 410,
    title: 'This invitation was taken back.',
    detail: 'Ask the person who invited you if you think that is a mistake.',
  },
  invitation_for_another: {
    status: 403,
    title: 'This invitation is for another e-mail address.',
    detail: 'Nothing was changed. Sign in with the address it was sent to.',
  },
  invitation_sent_just_now: {
    status: 429,
    title: 'This invitation was sent a moment ago.',
    detail: 'Wait a minute before you send it again.',
  },
  too_many_invitations: {
    status: 429,
    title: 'The organization has sent too many invitations today.',
    detail: 'Nothing was sent. Try again tomorrow.',
  },
  token_refused: {
    status: 401,
    title: 'This refresh token is no longer accepted.',
    detail: 'Sign in again to get new tokens.',
  },
  session_needed: {
    status: 403,
    title: 'This needs a signed-in browser.',
    detail: 'An access token belongs to one organization. Get one for the other organization instead.',
  },
  sign_in_again: {
    status: 403,
    title: 'Confirm that it is you.',
    detail: 'Nothing was changed. This needs a proof of who you are from the last 10 minutes.',
  },
  proof_refused: {
    status: 422,
    title: 'This did not prove that it is you.',
    detail: 'Nothing was changed. Check what you entered and try again.',
  },
  second_factor_refused: {
    status: 401,
    title: 'This second factor is not right.',
    detail: 'Use the newest code of your app, a passkey of this account, or a recovery code not used before.',
  },
  sign_in_over: {
    status: 401,
    title: 'This sign-in has ended.',
    detail: 'Enter your e-mail address and password again.',
  },
  second_factor_needed: {
    status: 403,
    title: 'This organization asks for a second factor.',
    detail: 'Set up an authenticator app or a passkey for your account, then go on.',
  },
  own_second_factor_first: {
    status: 409,
    title: 'Your own account has no second factor.',
    detail: 'Nothing was changed. Set one up for yourself before you ask it of everybody.',
  },
  second_factor_in_use: {
    status: 409,
    title: 'An authenticator app is set up already.',
    detail: 'Nothing was changed. Remove it first to set up another one.',
  },
  passkey_refused: {
    status: 422,
    title: 'The passkey could not be added.',
    detail: 'Nothing was saved. Start again, and use a device that has no passkey of this account yet.',
  },
  link_refused: {
    status: 422,
    title: 'This link is no longer good.',
    detail: 'It was used, replaced by a newer one, or is too old. Ask for a new one.',
  },
  too_many_providers: {
    status: 409,
    title: 'The organization has as many providers as it can.',
    detail: 'Nothing was saved. Remove one that is not used any more.',
  },
  provider_unproved: {
    status: 409,
    title: 'This provider cannot be required yet.',
    detail:
      'Nothing was changed. Prove at least one domain and sign in through the provider once yourself, so that nobody is locked out.',
  },
  domain_taken: {
    status: 409,
    title: 'Another organization has proved this domain.',
    detail: 'Nothing was saved.',
  },
  names_unreachable: {
    status: 503,
    title: 'The name servers did not answer.',
    detail: 'Nothing was changed. Try again in a few minutes.',
  },
  provider_required: {
    status: 403,
    title: 'This organization asks you to sign in through its own provider.',
    detail: 'Enter your work e-mail address on the sign-in page and continue from there.',
  },
  not_admitted: {
    status: 403,
    title: 'The organization does not take you in by this.',
    detail: 'Nothing was saved. Ask somebody there to invite you.',
  },
  email_not_verified: {
    status: 403,
    title: 'Your e-mail address is not confirmed yet.',
    detail:
      'Nothing was done. Open the link in the letter we sent you, or ask for a new one in your settings.',
  },
  too_many_slugs: {
    status: 409,
    title: 'This organization has changed its address too often.',
    detail:
      'Nothing was saved. Its former addresses are kept for 90 days each; go back to one of them, or wait.',
  },
  too_many_organizations: {
    status: 409,
    title: 'You own as many organizations as one person can.',
    detail: 'Nothing was created. Delete one, or hand one over to somebody else.',
  },
  too_many_new_organizations: {
    status: 429,
    title: 'You have created several organizations today.',
    detail: 'Nothing was created. Try again tomorrow.',
  },
  organization_suspended: {
    status: 403,
    title: 'This organization is suspended.',
    detail:
      'Nothing was changed. Everything can be read; ask whoever runs this installation to lift the suspension.',
  },
  organization_cancelled: {
    status: 403,
    title: 'This organization is cancelled.',
    detail: 'Nothing was changed. Everything can be read; its owner can take it up again or delete it.',
  },
  owner_needed: {
    status: 403,
    title: 'Only the owner of the organization can do this.',
    detail: 'Nothing was changed. Ask the owner.',
  },
  name_differs: {
    status: 422,
    title: 'This is not the name of the organization.',
    detail: 'Nothing was deleted. Type the name exactly as it is shown.',
  },
  being_deleted: {
    status: 409,
    title: 'This organization is being deleted.',
    detail: 'Nothing was changed, and nothing can bring it back.',
  },
  host_claimed: {
    status: 409,
    title: 'This host name is in the list already.',
    detail: 'Nothing was saved.',
  },
  too_many_hosts: {
    status: 409,
    title: 'This organization has as many host names as it can.',
    detail: 'Nothing was saved. Give one up first.',
  },
  host_not_proved: {
    status: 422,
    title: 'The TXT record was not found.',
    detail:
      'Nothing was changed. New records can take an hour to be seen; check the name and the value, then try again.',
  },
  host_taken: {
    status: 409,
    title: 'Another organization has proved that this host name is theirs.',
    detail: 'Nothing was changed. It becomes yours once their TXT record is gone and yours is there.',
  },
  admin_protected: {
    status: 409,
    title: 'This person looks after the installation.',
    detail: 'Nothing was changed. Take that away first.',
  },
  last_admin: {
    status: 409,
    title: 'Nobody else looks after the installation.',
    detail: 'Nothing was changed. Let somebody else do it first.',
  },
  address_not_confirmed: {
    status: 409,
    title: 'This person has not confirmed their e-mail address.',
    detail: 'Nothing was changed. An address that nobody confirmed proves nothing.',
  },
  preview_reads_only: {
    status: 403,
    title: 'While you look as somebody else, nothing can be changed.',
    detail: 'Nothing was saved. Go back to your own view first.',
  },
  preview_over: {
    status: 403,
    title: 'This look as somebody else is over.',
    detail: 'Start it again in the settings under Access.',
  },
  key_refused: {
    status: 401,
    title: 'This API key is not accepted.',
    detail: 'Create another one.',
  },
  key_of_another: {
    status: 403,
    title: 'This API key belongs to another member.',
    detail: 'Nothing was changed. Take it over first: then it acts with your rights.',
  },
  key_over: {
    status: 409,
    title: 'This API key is revoked.',
    detail: 'Nothing was changed. Create another one.',
  },
  too_many_keys: {
    status: 409,
    title: 'There are 200 API keys in force, and no more can be made.',
    detail: 'Nothing was created. Revoke one that is no longer used.',
  },
  scope_not_held: {
    status: 422,
    title: 'A key cannot do what you may not do yourself.',
    detail: 'Nothing was saved. Leave the named scopes out.',
  },
  team_name_taken: {
    status: 409,
    title: 'There is a team of this name.',
    detail: 'Nothing was saved. Choose another name.',
  },
  teams_full: {
    status: 409,
    title: 'There are 200 teams, and no more can be made.',
    detail: 'Nothing was saved. Delete a team that is no longer needed.',
  },
  shares_full: {
    status: 409,
    title: 'With this member or team 1,000 records are shared, and no more can be.',
    detail: 'Nothing was saved. Put the person into a team, or let their role see more.',
  },
})

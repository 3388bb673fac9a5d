import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

export {
  AccessLevel,
  AccessSettings,
  endPreviews,
  getAccessSettings,
  listShares,
  Preview,
  Share,
  setAccessLevel,
  shareRecord,
  startPreview,
  unshareRecord,
  VIEW_AS_HEADER,
} from './access-api.ts'
export {
  askPasswordReset,
  changeEmail,
  changePassword,
  confirmEmail,
  resetPassword,
  sendVerification,
} from './account-api.ts'
export {
  ApiKey,
  changeApiKey,
  createApiKey,
  listApiKeys,
  NewApiKey,
  revokeApiKey,
  rotateApiKey,
  takeOverApiKey,
} from './api-key-api.ts'
export { AuditEntry, exportAuditLog, listAuditEntries, verifyAuditLog } from './audit-api.ts'
export {
  addHost,
  Branding,
  deleteHost,
  deleteLogo,
  getLogo,
  getPublicBranding,
  LOGO_BYTES_MAX,
  listHosts,
  OrganizationHost,
  PublicBranding,
  setAccentColor,
  setLogo,
  verifyHost,
} from './branding-api.ts'
export {
  changeIdentityProvider,
  createIdentityProvider,
  deleteIdentityProvider,
  IdentityProvider,
  joinRoles,
  listIdentityProviders,
  proveDomains,
  testIdentityProvider,
} from './identity-providers-api.ts'
export {
  acceptInvitation,
  Invitation,
  invite,
  listInvitations,
  resendInvitation,
  revokeInvitation,
  showInvitation,
  signUpByInvitation,
} from './invitation-api.ts'
export {
  changeMember,
  deleteAccount,
  type GrantableRole,
  getMember,
  grantableRoles,
  leaveOrganization,
  listMembers,
  listPermissions,
  Member,
  nameMembers,
  reactivateMember,
  removeMember,
  suspendMember,
  transferOwnership,
} from './member-api.ts'
export {
  memberInvited,
  memberJoined,
  memberReactivated,
  memberRemoved,
  memberRoleChanged,
  memberSuspended,
  ownershipTransferred,
} from './member-events.ts'
export {
  getNotificationSettings,
  type NotificationKind,
  type NotificationSetting,
  setNotificationSettings,
} from './notification-settings-api.ts'
export {
  createOrganization,
  deleteOrganization,
  getOrganization,
  organizationChanged,
  updateOrganization,
} from './organizations-api.ts'
export { contrast, type Palette, paletteOf, type Shades, shadesFor } from './palette.ts'
export { NewPasskey, PasskeyAnswer, PasskeyOffer, PasskeyQuestion } from './passkey-shapes.ts'
export { can, isPermission, outranks, type PermissionOverrides, type Role, roles } from './permissions.ts'
export {
  findManagedUsers,
  listManagedOrganizations,
  listPlatformActs,
  ManagedOrganization,
  ManagedUser,
  PlatformAct,
  reactivateOrganization,
  reactivateUser,
  resetSecondFactors,
  setPlatformAdmin,
  suspendOrganization,
  suspendUser,
} from './platform-admins-api.ts'
export { isScope, type ScopeGroup, scopeGroups } from './scopes.ts'
export {
  AccountSecurity,
  addPasskey,
  confirmTotp,
  getAccountSecurity,
  getSignInRules,
  Passkey,
  removePasskey,
  removeTotp,
  renamePasskey,
  renewRecoveryCodes,
  setSignInRules,
  startPasskey,
  startTotp,
} from './security-api.ts'
export {
  getSession,
  may,
  Organization,
  Session,
  signOut,
  signOutEverywhere,
  switchOrganization,
  Tokens,
  User,
} from './session-api.ts'
export {
  askOwnPasskey,
  askPasskey,
  confirmIdentity,
  createTokens,
  getConfirmMethods,
  PASSWORD_MAX,
  PASSWORD_MIN,
  refreshTokens,
  revokeTokens,
  SecondFactorAsked,
  sendSecondFactor,
  sendSecondFactorForTokens,
  signIn,
  signInWithPasskey,
  signUp,
  tokensOf,
} from './sign-in-api.ts'
export { endOtherSignIns, endSignIn, listSignIns, SignIn, seeCopiedTokens } from './sign-ins-api.ts'
export {
  confirmPendingIdentity,
  findProvider,
  finishInstallationSso,
  finishSso,
  getInstallationProvider,
  getPendingIdentity,
  LinkedIdentity,
  listIdentities,
  type SsoOutcome,
  ssoOutcomes,
  startSso,
  unlinkIdentity,
} from './sso-api.ts'
export {
  addTeamMember,
  createTeam,
  deleteTeam,
  listTeams,
  removeTeamMember,
  renameTeam,
  Team,
} from './teams-api.ts'

/** What an organization can switch on. */
export const Features = z
  .object({ code: z.boolean().describe('Whether workflows may run JavaScript that members wrote.') })
  .meta({ id: 'Features' })
export type Features = z.output<typeof Features>

export const Notification = z
  .object({
    id: Id,
    title: z.string(),
    body: z.string(),
    link: z.string().nullable().describe('A path of the app.'),
    readAt: Timestamp.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Notification' })
export type Notification = z.output<typeof Notification>

export const listNotifications = defineRoute({
  id: 'iam.notification.list',
  method: 'GET',
  path: '/v1/notifications',
  summary: 'What the product told you, newest first',
  access: 'notifications:read',
  query: PageQuery.extend({ unread: z.stringbool().optional().describe('Only those not read yet.') }),
  response: pageOf(Notification).extend({ unreadCount: z.number().int() }),
})

export const markNotificationsRead = defineRoute({
  id: 'iam.notification.mark-read',
  method: 'POST',
  path: '/v1/notifications/read',
  summary: 'Mark your notifications as read',
  description:
    'Either the named ones, or all up to and including one, so that none is marked that was not seen.',
  // It changes nothing but the reader's own marks, so reading is enough.
  access: 'notifications:read',
  body: z
    .strictObject({ ids: z.array(Id).min(1).max(100).optional(), upTo: Id.optional() })
    .refine(body => (body.ids === undefined) !== (body.upTo === undefined), 'Name either ids or upTo.'),
  response: z.object({ unreadCount: z.number().int() }),
  example: { body: { upTo: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c' } },
})

export const getFeatures = defineRoute({
  id: 'iam.features.get',
  method: 'GET',
  path: '/v1/organization/features',
  summary: 'What the organization has switched on',
  access: 'organization:read',
  response: Features,
})

export const switchFeatures = defineRoute({
  id: 'iam.features.switch',
  method: 'PATCH',
  path: '/v1/organization/features',
  summary: 'Switch features of the organization on or off',
  description: 'Features that are not named stay as they are.',
  access: 'organization:manage',
  body: z.strictObject({ code: z.boolean().optional() }),
  response: Features,
})

export const notificationCreated = defineEvent({
  type: 'notification.created',
  version: 1,
  payload: z.object({ key: z.string(), notifications: z.array(z.object({ id: Id, userId: Id })) }),
  summary: 'Members were notified inside the app.',
})

export const featuresChanged = defineEvent({
  type: 'organization.features_changed',
  version: 1,
  payload: z.object({ before: Features, after: Features }),
  summary: 'Somebody switched features of the organization on or off.',
})

export { getSamples, removeSamples } from './samples-api.ts'

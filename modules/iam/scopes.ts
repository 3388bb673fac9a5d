import type { Permission } from '#platform/contract/route.ts'

/** What a key may be allowed, with the words people choose by. */
export interface ScopeInfo {
  readonly scope: Permission
  readonly label: string
}

export interface ScopeGroup {
  readonly title: string
  readonly scopes: readonly ScopeInfo[]
}

/**
 * Every permission a key can have, and no other. What decides about people, rights, keys, sign-in and the
 * organization itself is left out on purpose: a key that leaks must not be able to make itself at home.
 */
export const scopeGroups: readonly ScopeGroup[] = [
  {
    title: 'Leads',
    scopes: [
      { scope: 'leads:read', label: 'See leads and the board' },
      { scope: 'leads:write', label: 'Create, change and move leads' },
    ],
  },
  {
    title: 'People, companies and deals',
    scopes: [
      { scope: 'people:read', label: 'See people' },
      { scope: 'people:write', label: 'Create, change and delete people' },
      { scope: 'companies:read', label: 'See companies' },
      { scope: 'companies:write', label: 'Create, change and delete companies' },
      { scope: 'deals:read', label: 'See deals and the forecast' },
      { scope: 'deals:write', label: 'Create, change and move deals' },
      { scope: 'pipelines:manage', label: 'Change pipelines, stages and lost reasons' },
      { scope: 'activities:read', label: 'See activities and notes' },
      { scope: 'activities:write', label: 'Write down activities and notes' },
      { scope: 'imports:write', label: 'Import files into records' },
      { scope: 'exports:write', label: 'Export records to files' },
      { scope: 'fields:read', label: 'See what fields records have' },
      { scope: 'views:read', label: 'See views of lists' },
      { scope: 'views:write', label: 'Save and change views of lists' },
      { scope: 'changes:read', label: 'See changes of many records' },
      { scope: 'changes:write', label: 'Take changes of many records back' },
    ],
  },
  {
    title: 'Forms',
    scopes: [
      { scope: 'forms:read', label: 'See forms' },
      { scope: 'forms:write', label: 'Create and change forms' },
      { scope: 'quarantine:read', label: 'See submissions that were held back' },
      {
        scope: 'quarantine:write',
        label: 'Release and delete submissions that were held back, block senders',
      },
      { scope: 'intake-mail:read', label: 'See the e-mails that came in for leads' },
      { scope: 'intake-mail:write', label: 'Make e-mails leads and delete them' },
      { scope: 'intake-mail:manage', label: 'Set up where e-mail becomes leads' },
    ],
  },
  {
    title: 'Workflows',
    scopes: [
      { scope: 'workflows:read', label: 'See workflows' },
      { scope: 'workflows:write', label: 'Build, publish and start workflows' },
      { scope: 'runs:read', label: 'See runs and their steps' },
      { scope: 'runs:write', label: 'Pause, cancel and repeat runs' },
    ],
  },
  {
    title: 'E-mail',
    scopes: [
      { scope: 'mail:read', label: 'Read sent e-mail' },
      { scope: 'mail:write', label: 'Decide about e-mail whose outcome is unknown' },
    ],
  },
  {
    title: 'Organization',
    scopes: [
      { scope: 'organization:read', label: 'See the settings of the organization' },
      { scope: 'members:read', label: 'See members and teams' },
      { scope: 'audit:manage', label: 'Read and export the audit log' },
      { scope: 'live:read', label: 'Follow changes as they happen' },
    ],
  },
]

const known = new Set<string>(scopeGroups.flatMap(group => group.scopes.map(({ scope }) => scope)))

/** Whether a key can have this permission at all. */
export function isScope(text: string): text is Permission {
  return known.has(text)
}

import type { RouteGroup } from '#platform/http/openapi.ts'

/** What the parts of the API are about, for its reference; the name is the first word of the operation ids. */
export const routeGroups: readonly RouteGroup[] = [
  {
    name: 'iam',
    title: 'People and access',
    text: 'Accounts, sessions, organizations, members and what they may do.',
  },
  { name: 'crm', title: 'People you know', text: 'People with their companies, positions and addresses.' },
  { name: 'mail', title: 'E-mail', text: 'Messages that were sent or kept, and what became of them.' },
  {
    name: 'intake',
    title: 'Forms and leads',
    text: 'Public forms, and the leads they bring in, on their board.',
  },
  {
    name: 'flow',
    title: 'Workflows and runs',
    text: 'Workflows as graphs, their versions, and every run of them.',
  },
  { name: 'live', title: 'Live', text: 'Changes of your organization as they happen.' },
]

/** What holds for every route; docs/api.md says it at length. */
export const conventions = `Everything the web app does, over HTTP and JSON.

**Who you are.** Send \`Authorization: Bearer\` with an access token from \`POST /v1/auth/tokens\` or with an API key. A token belongs to one organization; what it may do is named at each operation, for example \`leads:write\`.

**Errors** are \`application/problem+json\` (RFC 9457). \`code\` is stable and made for programs, \`title\` and \`detail\` for people, \`errors\` points at single fields. Every code is listed at [/docs/errors](/docs/errors).

**Pages.** A list answers \`items\` and \`nextCursor\`; send it back as \`cursor\` for the next page, with the same filter and order. \`null\` is the end.

**Filters.** Lists with \`filter\` and \`sort\` speak one language: \`status:in:NEW,QUALIFIED;createdAt:after:today-7d\`.

**Repeating.** Send an \`Idempotency-Key\` with any change. The same key within 24 hours gives the first answer again; while the first is still under way, \`409 request.in_progress\`.

**Versions.** Records answer an \`ETag\`. Send it as \`If-Match\` with a change and nobody is overwritten unseen: \`412 request.changed_meanwhile\` says what is there now.

**Limits.** \`RateLimit\` and \`RateLimit-Policy\` say what is left; \`429\` comes with \`Retry-After\`.

**Change.** Fields and operations are added without notice; clients ignore what they do not know. What goes away is marked deprecated at least six months before, in this document and by \`Deprecation\` and \`Sunset\` headers.`

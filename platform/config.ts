import { resolve } from 'node:path'
import { z } from 'zod'
import { EmailAddress } from './contract/fields.ts'
import { isFault } from './faults.ts'

/** A whole number in a range, with one sentence for everything else. */
const Whole = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error })
}
const Url = (protocols: string[], example: string) =>
  z.string().refine(
    text => {
      const url = URL.parse(text)
      return url !== null && protocols.includes(url.protocol) && url.hostname !== ''
    },
    { message: `must be a URL like ${example}` },
  )

function isScanner(text: string): boolean {
  const url = URL.parse(text)
  if (url?.protocol === 'clamd:') return url.hostname !== '' || url.pathname.startsWith('/')
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && url.hostname !== ''
}

const Settings = z.object({
  MILLRACE_ROLE: z.enum(['all', 'api', 'worker']).default('all'),
  PORT: Whole(0, 65535).default(4000),
  HOST: z.string().min(1).default('127.0.0.1'),
  METRICS_PORT: Whole(0, 65535).optional(),
  MILLRACE_DATA: z.string().min(1).default('.millrace'),
  DATABASE_URL: Url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/database').optional(),
  DATABASE_DIRECT_URL: Url(
    ['postgres:', 'postgresql:'],
    'postgres://user:password@host:5432/database',
  ).optional(),
  DATABASE_POOL: Whole(2, 200).default(12),
  SMTP_URL: Url(['smtp:', 'smtps:'], 'smtp://user:password@host:587').optional(),
  MAIL_FROM: EmailAddress.default('hello@millrace.localhost'),
  PUBLIC_URL: Url(['http:', 'https:'], 'https://app.example.com').optional(),
  MILLRACE_DEMO_PASSWORD: z.string().min(12, 'must have at least 12 characters').max(200).optional(),
  MILLRACE_ADMIN_EMAIL: EmailAddress.optional(),
  MILLRACE_SEED: z.enum(['demo', 'none']).default('demo'),
  FORM_POSTS_PER_MINUTE: Whole(1, 1_000_000).default(60),
  INTAKE_SMTP_PORT: z
    .union([z.literal('off'), Whole(0, 65535)], { error: 'must be off or a whole number from 0 to 65535' })
    .default(2525),
  INTAKE_SMTP_HOST: z.string().min(1).optional(),
  INTAKE_SMTP_CERT: z.string().min(1).optional(),
  INTAKE_SMTP_KEY: z.string().min(1).optional(),
  INTAKE_MAIL_DOMAIN: z
    .string()
    .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
      message: 'must be a domain like in.example.com',
    })
    .optional(),
  INTAKE_MAIL_MEGABYTES: Whole(1, 100).default(35),
  INTAKE_MAILS_PER_MINUTE: Whole(1, 1_000_000).default(120),
  API_REQUESTS_PER_MINUTE: Whole(1, 100_000_000).default(1_200),
  API_REQUESTS_PER_MINUTE_ORGANIZATION: Whole(1, 100_000_000).default(12_000),
  MILLRACE_SLICE_NODES: Whole(1, 64).default(64),
  FILE_MAX_MB: Whole(1, 1_000).default(25),
  FORM_FILES_MB: Whole(1, 10_000_000).default(10_000),
  FILE_SCANNER: z
    .string()
    .refine(isScanner, {
      message: 'must be like clamd://127.0.0.1:3310, clamd:///path/to/socket or https://scanner.example.com',
    })
    .optional(),
  CALENDLY_API_URL: Url(['http:', 'https:'], 'https://api.calendly.com').default('https://api.calendly.com'),
  WEBHOOK_POSTS_PER_MINUTE: Whole(1, 10_000_000).default(6_000),
  IMPORT_MEGABYTES: Whole(1, 1_000).default(100),
  IMPORT_ROWS: Whole(1, 10_000_000).default(1_000_000),
  EGRESS_ALLOW: z.string().default(''),
  OIDC_ISSUER: Url(['http:', 'https:'], 'https://login.example.com').optional(),
  OIDC_CLIENT_ID: z.string().max(500).optional(),
  OIDC_CLIENT_SECRET: z.string().max(2000).optional(),
  OIDC_NAME: z.string().max(100).default('single sign-on'),
  TRUST_PROXY: z.stringbool().default(false),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  MILLRACE_FAULT: z
    .string()
    .refine(isFault, { message: 'must be the name of a fault point, a colon and a number from 1' })
    .optional(),
})

/** What the environment says, checked once at start. */
export interface Config {
  /** What this process does: everything, HTTP without background work, or background work without HTTP. */
  role: 'all' | 'api' | 'worker'
  port: number
  host: string
  /** Where a worker answers for its health and metrics; undefined when nobody asks. */
  metricsPort: number | undefined
  /** Absolute path of the data folder. */
  dataDir: string
  /** Own PostgreSQL, or undefined for the embedded one. */
  databaseUrl: string | undefined
  /** The same PostgreSQL without a pooler between, for the session that hears what other processes did. */
  databaseDirectUrl: string | undefined
  /** Connections of the pipelined pool. */
  databasePool: number
  smtpUrl: string | undefined
  mailFrom: string
  /** Where people reach this installation, without a trailing slash. */
  publicUrl: string
  demoPassword: string | undefined
  /** The user with this address looks after the installation. */
  adminEmail: string | undefined
  seed: 'demo' | 'none'
  /** Accepted posts per minute from one address to one public form. */
  formPostsPerMinute: number
  /** Where e-mail for leads is received; null when it is not. */
  intakeSmtp: {
    port: number
    host: string
    /** PEM files by which the line can be secured, or undefined. */
    tls: { certFile: string; keyFile: string } | undefined
    /** Whether somebody named the port, so that it must be free. */
    isNamed: boolean
  } | null
  /** What stands after the @ of addresses for leads. */
  intakeMailDomain: string
  /** The largest e-mail that is taken, in bytes. */
  intakeMailBytesMax: number
  /** E-mails per minute from one address of the network. */
  intakeMailsPerMinute: number
  /** Requests per minute of one person or API key, in this process. */
  apiRequestsPerMinute: number
  /** Requests per minute of all people and keys of one organization, in this process. */
  apiRequestsPerMinuteOfOrganization: number
  /** Steps that a run takes before its progress is stored, when nothing else asks for it to be. */
  sliceNodes: number
  /** The largest file that is taken, in bytes. */
  fileBytesMax: number
  /** What files of forms may take up in one organization, in bytes. */
  formFileBytesMax: number
  /** What scans files that come from outside, or undefined for nothing; see files/scan.ts. */
  fileScanner: string | undefined
  /** Where Calendly is asked, without a slash at the end. */
  calendlyApiUrl: string
  /** Accepted deliveries per minute from one address to one webhook. */
  hookPostsPerMinute: number
  /** The most bytes and rows that a file with records may have. */
  importBytes: number
  importRows: number
  /** `host:port` pairs outbound requests may reach although they are private. */
  egressAllow: readonly string[]
  /** The OpenID provider by which everybody may sign in, or undefined. */
  oidc: { issuer: string; clientId: string; clientSecret: string; name: string } | undefined
  /** Whether X-Forwarded-For of a proxy in front is believed. */
  trustProxy: boolean
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Only for crash tests: `<point>:<nth>`, where this process ends itself; see faults.ts. */
  fault: string | undefined
}

/** Thrown with one line per wrong variable; programs print it and exit with code 2. */
export class ConfigError extends Error {}

/** Reads the settings. Throws `ConfigError` naming each variable that is not acceptable. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const given: Record<string, string> = {}
  for (const key of Object.keys(Settings.shape)) {
    const value = env[key]
    if (value !== undefined && value !== '') given[key] = value
  }
  const parsed = Settings.superRefine(hasDatabase)
    .superRefine(hasWholeProvider)
    .superRefine(hasWholeCertificate)
    .safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(issue => `${String(issue.path[0])}: ${issue.message}`)
    throw new ConfigError(`These settings are not acceptable:\n  ${lines.join('\n  ')}`)
  }
  const s = parsed.data
  const publicUrl = (s.PUBLIC_URL ?? `http://localhost:${s.PORT}`).replace(/\/+$/, '')
  return {
    role: s.MILLRACE_ROLE,
    port: s.PORT,
    host: s.HOST,
    metricsPort: s.METRICS_PORT,
    dataDir: resolve(s.MILLRACE_DATA),
    databaseUrl: s.DATABASE_URL,
    databaseDirectUrl: s.DATABASE_DIRECT_URL,
    databasePool: s.DATABASE_POOL,
    smtpUrl: s.SMTP_URL,
    mailFrom: s.MAIL_FROM,
    publicUrl,
    demoPassword: s.MILLRACE_DEMO_PASSWORD,
    adminEmail: s.MILLRACE_ADMIN_EMAIL,
    seed: s.MILLRACE_SEED,
    apiRequestsPerMinute: s.API_REQUESTS_PER_MINUTE,
    apiRequestsPerMinuteOfOrganization: s.API_REQUESTS_PER_MINUTE_ORGANIZATION,
    sliceNodes: s.MILLRACE_SLICE_NODES,
    formPostsPerMinute: s.FORM_POSTS_PER_MINUTE,
    fileBytesMax: s.FILE_MAX_MB * 1_048_576,
    formFileBytesMax: s.FORM_FILES_MB * 1_048_576,
    fileScanner: s.FILE_SCANNER,
    calendlyApiUrl: s.CALENDLY_API_URL.replace(/\/+$/, ''),
    hookPostsPerMinute: s.WEBHOOK_POSTS_PER_MINUTE,
    intakeSmtp: intakeSmtpOf(s, given.INTAKE_SMTP_PORT !== undefined),
    intakeMailDomain: s.INTAKE_MAIL_DOMAIN ?? mailDomainOf(publicUrl),
    intakeMailBytesMax: s.INTAKE_MAIL_MEGABYTES * 1_048_576,
    intakeMailsPerMinute: s.INTAKE_MAILS_PER_MINUTE,
    importBytes: s.IMPORT_MEGABYTES * 1_048_576,
    importRows: s.IMPORT_ROWS,
    egressAllow: s.EGRESS_ALLOW.split(',').filter(Boolean),
    oidc: providerOf(s),
    trustProxy: s.TRUST_PROXY,
    logLevel: s.LOG_LEVEL,
    fault: s.MILLRACE_FAULT,
  }
}

const CommandVariables = z.object({
  MILLRACE_URL: Url(['http:', 'https:'], 'https://app.example.com').optional(),
  MILLRACE_API_KEY: z.string().min(1).optional(),
})

/** What the environment tells the command line, which otherwise knows from its profiles where to go and as whom. */
export interface CommandSettings {
  /** The installation, without a trailing slash. */
  url: string | undefined
  apiKey: string | undefined
}

/** Reads the settings of the command line. Throws `ConfigError`. */
export function readCommandSettings(env: Record<string, string | undefined> = process.env): CommandSettings {
  const parsed = CommandVariables.safeParse({
    MILLRACE_URL: env.MILLRACE_URL || undefined,
    MILLRACE_API_KEY: env.MILLRACE_API_KEY || undefined,
  })
  if (!parsed.success) throw new ConfigError(z.prettifyError(parsed.error))
  return { url: parsed.data.MILLRACE_URL?.replace(/\/+$/, ''), apiKey: parsed.data.MILLRACE_API_KEY }
}

/** The embedded server belongs to the one process that starts and stops it. */
function hasDatabase(s: z.output<typeof Settings>, problems: z.RefinementCtx): void {
  if (s.MILLRACE_ROLE === 'all' || s.DATABASE_URL !== undefined) return
  problems.addIssue({
    code: 'custom',
    path: ['DATABASE_URL'],
    message: 'must be set when MILLRACE_ROLE is api or worker',
  })
}

function providerOf(s: z.output<typeof Settings>): Config['oidc'] {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = s
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return undefined
  return { issuer, clientId, clientSecret, name: s.OIDC_NAME }
}

function intakeSmtpOf(s: z.output<typeof Settings>, isNamed: boolean): Config['intakeSmtp'] {
  const { INTAKE_SMTP_PORT: port, INTAKE_SMTP_CERT: certFile, INTAKE_SMTP_KEY: keyFile } = s
  if (port === 'off') return null
  const tls = certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile }
  return { port, host: s.INTAKE_SMTP_HOST ?? s.HOST, tls, isNamed }
}

/** Addresses are of the host that people know; a machine without a name of its own has one that leads nowhere else. */
function mailDomainOf(publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  return hostname.includes('.') && /[a-z]/i.test(hostname) ? hostname : 'millrace.localhost'
}

function hasWholeCertificate(s: z.output<typeof Settings>, problems: z.RefinementCtx): void {
  if ((s.INTAKE_SMTP_CERT === undefined) === (s.INTAKE_SMTP_KEY === undefined)) return
  problems.addIssue({
    code: 'custom',
    path: [s.INTAKE_SMTP_CERT === undefined ? 'INTAKE_SMTP_CERT' : 'INTAKE_SMTP_KEY'],
    message: 'must be set: a certificate and its key go together',
  })
}

/** A provider without its client is none, and whoever set it up should hear of it at once. */
function hasWholeProvider(s: z.output<typeof Settings>, problems: z.RefinementCtx): void {
  const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const
  const missing = names.filter(name => s[name] === undefined)
  if (missing.length === names.length) return
  for (const name of missing) {
    problems.addIssue({
      code: 'custom',
      path: [name],
      message: 'must be set together with the other OIDC settings',
    })
  }
}

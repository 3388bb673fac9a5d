import { Command } from 'commander'
import { getSession } from '#modules/iam/contract.ts'
import { type CommandSettings, readCommandSettings } from '#platform/config.ts'
import { createClient } from '#platform/contract/client.ts'
import { VERSION } from '../version.ts'
import { type Caller, callerOf } from './caller.ts'
import { completionScript } from './completion.ts'
import { addFileCommands } from './files.ts'
import { inputOf, UsageError } from './given.ts'
import { type Format, printed } from './print.ts'
import { readProfiles } from './profiles.ts'
import { type RouteCommand, routeCommands } from './routes.ts'
import { type SignInOptions, signIn, signOut } from './sign-in.ts'

interface OutputOptions {
  json?: boolean
  csv?: boolean
  profile?: string
}

/** Where a program writes what it has to say. */
export type Say = (text: string) => void

const HELP = `
Examples:
  millrace sign-in --url https://app.example.com
  millrace workflows list
  millrace leads list --workflow-id <id> --all --csv > leads.csv
  millrace runs retry <run>
  millrace people update <person> --first-name Kim
  millrace import people file.csv
  millrace export companies --sort name > companies.csv

Exit codes: 0 done, 1 refused, 2 not understood, 3 not signed in, 4 not there, 5 the server did not answer.
For programs: MILLRACE_URL and MILLRACE_API_KEY instead of a profile, and --json.`

/**
 * The command line, with a command for every route and those for operating an installation. `complain` hears what is wrong
 * with a command that was not understood.
 */
export function buildProgram(say: Say, complain: Say = text => process.stderr.write(text)): Command {
  const program = new Command('millrace')
    .description(
      'Millrace on the command line: leads, people, workflows, runs and mail of your organization.',
    )
    .version(VERSION)
    .addHelpText('after', HELP)
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride()
    .configureOutput({ writeErr: complain })
  const commands = routeCommands()
  const byNoun = [...Map.groupBy(commands, command => command.noun)].sort(([a], [b]) => a.localeCompare(b))
  program.commandsGroup('Records and settings of the organization:')
  for (const [noun, group] of byNoun) {
    const parent = program.command(noun).description(group.map(({ verb }) => verb).join(', '))
    for (const command of group) addRoute(parent, command, say)
  }
  program.commandsGroup('Files of records:')
  addFileCommands(program, say)
  program.commandsGroup('Signing in:')
  addProfileCommands(program, say)
  program.commandsGroup('Operating an installation:')
  addOperatorCommands(program, say)
  withOutput(
    program.command('completion').description('print a script that completes commands in bash and zsh'),
  ).action(() =>
    say(
      completionScript(commands, [
        'import',
        'export',
        'sign-in',
        'sign-out',
        'profiles',
        'status',
        'migrate',
        'workers',
      ]),
    ),
  )
  return program
}

function withOutput(command: Command): Command {
  return command
    .option('--json', 'the answer as JSON')
    .option('--csv', 'the answer as CSV')
    .option('--profile <name>', 'whose sign-in to use')
}

function formatOf({ json, csv }: OutputOptions): Format {
  if (json && csv) throw new UsageError('--json and --csv do not go together.')
  return json ? 'json' : csv ? 'csv' : 'table'
}

function addRoute(parent: Command, spec: RouteCommand, say: Say): void {
  const { route } = spec
  const command = withOutput(parent.command(spec.verb))
    .summary(route.summary)
    .description([`${route.summary}.`, route.description].filter(Boolean).join(' '))
  for (const param of spec.params) command.argument(`<${param.replace(/Id$/, '')}>`)
  for (const { flag, kind, description } of spec.options)
    command.option(`--${flag} ${kind === 'list' ? '<value...>' : '<value>'}`, description)
  if (spec.isPaged) command.option('--all', 'every page, one after the other')
  if (route.body) command.option('--data <json>', 'the body as JSON, @file, or - for standard input')
  if (route.method !== 'GET' && route.idempotent !== false)
    command.option('--idempotency-key <key>', 'the same command with the same key happens once')
  command.action(async (...given: unknown[]) => {
    const args = given.slice(0, spec.params.length) as string[]
    const options = command.opts<OutputOptions & Record<string, unknown>>()
    const format = formatOf(options)
    const input = inputOf(spec, args, options)
    const caller = callerOf(readCommandSettings(), options.profile)
    const headers =
      typeof options.idempotencyKey === 'string' ? { 'idempotency-key': options.idempotencyKey } : undefined
    const answer =
      spec.isPaged && options.all
        ? await everyPage(caller, spec, input)
        : await caller.call(route, input, headers)
    say(printed(answer, format))
  })
}

async function everyPage(
  caller: Caller,
  { route }: RouteCommand,
  input: { query: Record<string, unknown> },
): Promise<{ items: unknown[] }> {
  const items: unknown[] = []
  let cursor: string | null | undefined
  do {
    const query = { limit: 100, ...input.query, ...(cursor ? { cursor } : {}) }
    const page = (await caller.call(route, { ...input, query })) as {
      items: unknown[]
      nextCursor: string | null
    }
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  return { items }
}

function addProfileCommands(program: Command, say: Say): void {
  program
    .command('sign-in')
    .description('sign in at an installation; kept in ~/.config/millrace')
    .option('--url <address>', 'the installation, for example https://app.example.com')
    .option('--email <address>', 'who you are')
    .option('--password-stdin', 'read the password from standard input')
    .option('--code <code>', 'the code of the second factor, or a recovery code')
    .option('--api-key-stdin', 'read an API key from standard input instead')
    .option('--profile <name>', 'a name for this sign-in', 'default')
    .action(async (options: SignInOptions) =>
      say(await signIn({ ...options, url: options.url ?? urlOfSettings() })),
    )
  program
    .command('sign-out')
    .description('revoke and forget a sign-in')
    .option('--profile <name>', 'which one; the current one without it')
    .action(async ({ profile }: OutputOptions) => say(await signOut(profile)))
  withOutput(program.command('profiles').description('list the sign-ins that are kept')).action(
    (options: OutputOptions) => {
      const { current, profiles } = readProfiles()
      const items = Object.entries(profiles).map(([name, { url, as }]) => ({
        name,
        url,
        as,
        isCurrent: name === current,
      }))
      say(printed({ items }, formatOf(options)))
    },
  )
}

function urlOfSettings(): string | undefined {
  return readCommandSettings().url
}

function addOperatorCommands(program: Command, say: Say): void {
  withOutput(program.command('status').description('whether the installation answers, and as whom')).action(
    async (options: OutputOptions) =>
      say(printed(await status(readCommandSettings(), options), formatOf(options))),
  )
  withOutput(
    program
      .command('migrate')
      .description('bring the database of DATABASE_URL or MILLRACE_DATA to this version'),
  ).action(async (options: OutputOptions) => {
    const { migrateNow } = await import('./operate.ts')
    say(printed(await migrateNow(), formatOf(options)))
  })
  withOutput(program.command('workers').description('list the processes that work on that database')).action(
    async (options: OutputOptions) => {
      const { listWorkers } = await import('./operate.ts')
      say(printed(await listWorkers(), formatOf(options)))
    },
  )
}

async function status(settings: CommandSettings, options: OutputOptions): Promise<object> {
  const caller = callerOf(settings, options.profile)
  const { healthz } = await import('../system.ts')
  const { version } = await createClient({ baseUrl: caller.url }).call(healthz)
  const session = await caller.call(getSession, {}).catch(() => undefined)
  const { organization, role } = (session ?? {}) as { organization?: { name: string } | null; role?: string }
  return {
    url: caller.url,
    version,
    signedInAs: caller.as,
    organization: organization?.name ?? null,
    role: role ?? null,
  }
}

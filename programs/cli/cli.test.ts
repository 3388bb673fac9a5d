import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { CommanderError } from 'commander'
import { listWorkflows } from '#modules/flow/contract.ts'
import { newApiKey } from '#test/api-key.ts'
import { type TestApp, testApp } from '#test/app.ts'
import { testCluster } from '#test/cluster.ts'
import type { SignedIn } from '#test/people.ts'
import { UsageError } from './given.ts'
import { buildProgram } from './program.ts'
import { routeCommands } from './routes.ts'

const root = join(import.meta.dirname, '../..')

interface Outcome {
  code: number | null
  out: string
  err: string
}

describe('the command line', () => {
  let app: TestApp
  let owner: SignedIn
  let home: string
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'millrace-cli-'))
    app = await testApp()
    owner = await app.owner()
  })
  after(async () => {
    await app?.close()
    rmSync(home, { recursive: true, force: true })
  })

  /** Runs the program as a process of its own, with a home folder of the test. */
  function millrace(
    args: string[],
    { input = '', env = {} as Record<string, string>, file = 'programs/cli.ts' } = {},
  ) {
    return new Promise<Outcome>(resolve => {
      const child = spawn(process.execPath, [join(root, file), ...args], {
        env: {
          ...process.env,
          HOME: home,
          NO_COLOR: '1',
          NODE_COMPILE_CACHE: join(home, 'compiled'),
          ...env,
        },
      })
      let [out, err] = ['', '']
      child.stdout.on('data', data => {
        out += data
      })
      child.stderr.on('data', data => {
        err += data
      })
      child.on('close', code => resolve({ code, out, err }))
      child.stdin.end(input)
    })
  }
  const done = async (args: string[], options?: Parameters<typeof millrace>[1]) => {
    const outcome = await millrace(args, options)
    assert.equal(outcome.code, 0, outcome.err)
    return outcome.out
  }
  const signedIn = (profile = 'default') =>
    done(['sign-in', '--url', app.url, '--email', owner.email, '--password-stdin', '--profile', profile], {
      input: `${owner.password}\n`,
    })

  it('says what it can do, also on the Node of the machine', async () => {
    const help = await done(['--help'], { file: 'programs/cli.mjs' })
    for (const word of ['leads', 'runs', 'api-keys', 'sign-in', 'migrate', 'Exit codes'])
      assert.match(help, new RegExp(word))
    assert.match(await done(['leads', 'list', '--help']), /--workflow-id/)
  })

  it('keeps a sign-in where only its owner can read it, and forgets it', async () => {
    assert.equal((await millrace(['workflows', 'list'])).code, 2, 'nobody is signed in yet')
    assert.match(await signedIn('work'), new RegExp(`Signed in at ${app.url} as ${owner.email}`))
    const file = join(home, '.config/millrace/profiles.json')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.ok(!readFileSync(file, 'utf8').includes(owner.password))
    assert.match(await done(['profiles']), /work .*true/)
    const { version, signedInAs } = JSON.parse(await done(['status', '--json']))
    assert.deepEqual([version, signedInAs.startsWith(owner.email)], ['0.1.0', true])
    const { refreshToken } = JSON.parse(readFileSync(file, 'utf8')).profiles.work
    await done(['sign-out', '--profile', 'work'])
    assert.ok(!readFileSync(file, 'utf8').includes(refreshToken))
    const wrong = await millrace(['sign-in', '--url', app.url, '--email', owner.email, '--password-stdin'], {
      input: 'wrong-password\n',
    })
    assert.deepEqual([wrong.code === 0, wrong.out], [false, ''])
    assert.match(wrong.err, /Request [0-9a-f-]{36}/)
  })

  it('creates, lists and reads as a table, JSON and CSV', async () => {
    await signedIn()
    const { id } = JSON.parse(await done(['workflows', 'create', '--name', '=1+1, "quoted"', '--json']))
    const { items } = await owner.client.call(listWorkflows)
    assert.deepEqual(
      items.map(item => item.id),
      [id],
    )
    assert.match(await done(['workflows', 'list']), new RegExp(`^id +name .*\\n${id} +=1\\+1, "quoted"`))
    const [head, row] = (await done(['workflows', 'list', '--csv'])).split('\r\n')
    assert.match(head ?? '', /^id,name,/)
    assert.match(row ?? '', new RegExp(`^${id},"'=1\\+1, ""quoted""",`), 'no formula reaches a spreadsheet')
    assert.match(await done(['workflows', 'get', id]), new RegExp(`^id +${id}`))
    const status = ['workflows', 'set-settings', id]
    const changed = await done([...status, '--data', '-', '--json'], {
      input: JSON.stringify({ limit: null, errorWorkflowId: null }),
    })
    assert.equal(JSON.parse(changed).limit, null)
    const keyed = ['workflows', 'create', '--name', 'Once', '--idempotency-key', 'k1', '--json']
    assert.equal(JSON.parse(await done(keyed)).id, JSON.parse(await done(keyed)).id)
  })

  it('writes a workflow as a file and takes it back', async () => {
    await signedIn()
    const { id } = JSON.parse(await done(['workflows', 'create', '--name', 'Filed', '--json']))
    const text = await done(['workflow-file', id])
    assert.match(text, /^format: millrace\.workflow\/1\nname: Filed\n/)
    const made = JSON.parse(await done(['workflows', 'import', '--text', text, '--name', 'Again', '--json']))
    assert.deepEqual([made.name, made.draft], ['Again', { nodes: [], edges: [] }])
    assert.match(await done(['workflow-file', id, '--format', 'json']), /"format": "millrace\.workflow\/1"/)
  })

  it('reads every page', async () => {
    await signedIn()
    const all = JSON.parse(await done(['leads', 'list', '--all', '--json']))
    assert.deepEqual(all, { items: [] })
  })

  it('says what went wrong in plain words and by its exit code', async () => {
    await signedIn()
    const missing = await millrace(['runs', 'get', '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c'])
    assert.equal(missing.code, 4)
    assert.match(missing.err, /^There is nothing here\..*\nRequest [0-9a-f-]{36}\n$/s)
    const refused = await millrace(['workflows', 'create', '--name', '', '--json'])
    assert.equal(refused.code, 1)
    assert.equal(JSON.parse(refused.err).code, 'request.invalid')
    const wrong = await millrace(['workflows', 'create', '--name', ''])
    assert.match(wrong.err, /\n {2}name: /)
    const env = { MILLRACE_URL: app.url, MILLRACE_API_KEY: 'mrk_nothing' }
    assert.equal((await millrace(['workflows', 'list'], { env })).code, 3)
    assert.equal(
      (await millrace(['workflows', 'list'], { env: { ...env, MILLRACE_URL: 'http://127.0.0.1:1' } })).code,
      5,
    )
  })

  it('says what it did not understand', async () => {
    const cases: [args: string[], words: RegExp][] = [
      [['leads', 'list', '--limit', 'many'], /--limit must be a number/],
      [['leads', 'lst'], /unknown command/],
      [['leads', 'list', '--colour', 'red'], /unknown option/],
      [['runs', 'get'], /missing required argument/],
      [['workflows', 'list', '--json', '--csv'], /do not go together/],
      [['workflows', 'list', '--profile', 'nobody'], /There is no profile nobody/],
      [['workflows', 'create', '--data', '{'], /--data is not JSON/],
      [['workflows', 'create', '--data', '@/none'], /cannot be read/],
    ]
    for (const [args, words] of cases) {
      const failed = await buildProgram(assert.fail, () => {})
        .parseAsync(args, { from: 'user' })
        .then(
          () => assert.fail('it was understood'),
          (error: unknown) => error,
        )
      assert.ok(failed instanceof UsageError || failed instanceof CommanderError, args.join(' '))
      assert.match(failed.message, words)
    }
    assert.equal((await millrace(['leads', 'lst'])).code, 2)
  })

  it('takes an API key from the environment or into a profile', async () => {
    const key = await newApiKey(app.url, owner, ['workflows:read'])
    const env = { MILLRACE_URL: app.url, MILLRACE_API_KEY: key }
    assert.ok(Array.isArray(JSON.parse(await done(['workflows', 'list', '--json'], { env })).items))
    const refused = await millrace(['workflows', 'create', '--name', 'No'], { env })
    assert.equal(refused.code, 1)
    const kept = ['sign-in', '--url', app.url, '--api-key-stdin', '--profile', 'key']
    assert.match(await done(kept, { input: `${key}\n` }), /as API key\. Profile key\./)
    await done(['workflows', 'list', '--profile', 'key'])
    assert.equal((await millrace(kept, { input: 'mrk_nothing\n' })).code, 3)
  })

  it('goes on by itself when the access token is over', async () => {
    await signedIn()
    await app.asSuperuser(`update iam.access_tokens set expires_at = now() - interval '1 second'`)
    assert.match(await done(['workflows', 'list']), /name|Nothing here/)
  })

  it('migrates and lists workers on the database of its settings', async () => {
    const { secrets } = await testCluster()
    const env = { DATABASE_URL: app.ownerUrl, MILLRACE_DATA: dirname(secrets.keyFilePath) }
    assert.deepEqual(JSON.parse(await done(['migrate', '--json'], { env })), { applied: 0 })
    assert.match(await done(['workers'], { env }), /^id +name +startedAt +isAlive\n.* true$/m)
    const nowhere = { ...env, DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' }
    const failed = await millrace(['migrate'], { env: nowhere })
    assert.equal(failed.code, 1)
    assert.match(failed.err, /ECONNREFUSED/)
  })

  it('takes a file of people in and writes them to a file', async () => {
    await signedIn('files')
    const file = join(home, 'people.csv')
    writeFileSync(file, 'Prénom;Email;Société\nZoé;zoe@example.com;Moulin\nLuc;nonsense;Moulin\n')
    const checked = await done(['import', 'people', file, '--check-only', '--json', '--profile', 'files'])
    assert.equal(JSON.parse(checked).findings.problems[0].code, 'invalid_email')
    const taken = JSON.parse(await done(['import', 'people', file, '--json', '--profile', 'files']))
    assert.deepEqual(
      [taken.status, taken.counts.peopleCreated, taken.counts.companiesCreated],
      ['done', 2, 1],
    )
    const fields = ['--fields', 'firstName,email', '--sort', 'firstName', '--delimiter', ';']
    const written = await done(['export', 'people', ...fields, '--profile', 'files'])
    assert.equal(written, 'First name;E-mail\r\nLuc;\r\nZoé;zoe@example.com\r\n')
    const refused = await millrace(['import', 'deals', file, '--profile', 'files'])
    assert.deepEqual([refused.code, refused.err.includes('people, companies')], [2, true])
  })

  it('has a name of its own for every route', () => {
    const names = routeCommands().map(({ noun, verb }) => `${noun} ${verb}`)
    assert.equal(new Set(names).size, names.length)
    for (const { options, noun, verb } of routeCommands()) {
      const flags = options.map(({ flag }) => flag)
      assert.equal(new Set(flags).size, flags.length, `${noun} ${verb}`)
    }
  })

  it('has every command that its page names', () => {
    const page = readFileSync(join(root, 'docs/cli.md'), 'utf8')
    const named = [...page.matchAll(/(?<=^|`|\()millrace ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)/gm)].map(
      match => match[1] ?? '',
    )
    assert.ok(named.length > 20)
    const program = buildProgram(() => {})
    for (const words of named) {
      const [first = '', second] = words.split(' ')
      const command = program.commands.find(known => known.name() === first)
      assert.ok(command, words)
      if (second && command.commands.length > 0)
        assert.ok(
          command.commands.some(known => known.name() === second),
          words,
        )
    }
  })
})

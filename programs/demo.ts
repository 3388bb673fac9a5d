import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTokens, tokensOf } from '#modules/iam/contract.ts'
import { signUpOrganization } from '#modules/iam/index.ts'
import { readConfig } from '#platform/config.ts'
import { createClient } from '#platform/contract/client.ts'
import { randomToken } from '#platform/crypto/tokens.ts'
import { type DemoResult, runDemo } from './demo-run.ts'
import { publishThankWorkflow } from './demo-workflow.ts'
import { follow } from './follow.ts'
import { type Running, runMillrace } from './run.ts'

const DEADLINE_MS = 120_000

/**
 * `npm run demo`: the main job end to end in the terminal, on an installation of its own that is removed
 * afterwards. `--times N` repeats it and gives the medians; `--json` ends with one JSON object.
 */
async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const timesAt = args.indexOf('--times')
  const times = timesAt >= 0 ? Number(args[timesAt + 1]) : 1
  const json = args.includes('--json')
  const dir = mkdtempSync(join(tmpdir(), 'millrace-demo-'))
  chmodSync(dir, 0o755)
  const config = {
    ...readConfig(),
    port: 0,
    dataDir: dir,
    seed: 'none' as const,
    formPostsPerMinute: 100_000,
  }
  let running: Running | undefined
  try {
    console.log('Starting an installation of its own')
    running = await runMillrace({ config })
    const results = await perform(running, times)
    const last = results.at(-1)
    if (!last) throw new Error('Ask for at least one time.')
    const result = times > 1 ? { ...last, ms: medians(results), times } : last
    assertComplete(last)
    if (times > 1) console.log(`\nMedians of ${times}: ${JSON.stringify(result.ms)}`)
    for (const mail of last.emails) console.log(`  ${mail.to}: ${mail.subject}`)
    if (json) console.log(JSON.stringify(result))
  } finally {
    await running?.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function perform(running: Running, times: number): Promise<DemoResult[]> {
  const account = { email: 'demo@acme.example', password: randomToken() }
  await signUpOrganization(running.kit, { ...account, name: 'Demo', organizationName: 'Acme Corp' })
  const anonymous = createClient({ baseUrl: running.url })
  const { accessToken } = tokensOf(await anonymous.call(createTokens, { body: account }))
  const client = createClient({
    baseUrl: running.url,
    headers: () => ({ authorization: `Bearer ${accessToken}` }),
  })
  const workflow = await publishThankWorkflow(client, { amount: 1, unit: 'seconds' })
  const following = await follow(running.url, accessToken)
  const results: DemoResult[] = []
  for (let time = 1; time <= times; time++) {
    console.log(times > 1 ? `\nSubmission ${time} of ${times}` : '\nSubmitting the form')
    results.push(await runDemo({ client, following, ...workflow }, text => console.log(`  ${text}`)))
  }
  following.stop()
  return results
}

function medians(results: readonly DemoResult[]): DemoResult['ms'] {
  const of = (pick: (ms: DemoResult['ms']) => number) => {
    const sorted = results.map(result => pick(result.ms)).sort((a, b) => a - b)
    return sorted[sorted.length >> 1] ?? 0
  }
  return {
    submitToLead: of(ms => ms.submitToLead),
    submitToFirstStep: of(ms => ms.submitToFirstStep),
    submitToEmail: of(ms => ms.submitToEmail),
  }
}

/** The demo succeeded only when everything it promises is there. */
function assertComplete(result: DemoResult): void {
  const nodes = result.steps.map(step => step.node)
  const expected = ['form', 'budget', 'tell_team', 'thank', 'wait', 'follow_up']
  if (nodes.join() !== expected.join()) throw new Error(`The run took the steps ${nodes.join(', ')}.`)
  const open = result.steps.find(step => step.status !== 'completed')
  if (open) throw new Error(`The step ${open.node} is ${open.status}.`)
  if (result.emails.length !== 2) throw new Error(`${result.emails.length} e-mails were sent instead of 2.`)
}

const watchdog = setTimeout(() => {
  console.error(`The demo did not finish within ${DEADLINE_MS / 1000} s.`)
  process.exit(1)
}, DEADLINE_MS)
try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  clearTimeout(watchdog)
}

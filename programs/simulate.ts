import { type SimulationResult, simulate } from '#modules/flow/simulation/simulate.ts'

const USAGE = 'Usage: npm run simulate -- [--seeds 20000] [--from 0] [--json]'

/**
 * `npm run simulate`: the core of the workflow engine on random graphs while everything around it goes wrong, one
 * history for each seed. Ends with code 1 at the first history that breaks a promise, and shows its end.
 */
function main(): void {
  const args = process.argv.slice(2)
  const seeds = numberAfter(args, '--seeds', 20_000)
  const from = numberAfter(args, '--from', 0)
  const start = performance.now()
  let events = 0
  let steps = 0
  let last: SimulationResult | undefined
  let checked = 0
  for (; checked < seeds && last?.violation == null; checked++) {
    last = simulate(from + checked)
    events += last.events
    steps += last.steps
  }
  const perSecond = Math.round(checked / ((performance.now() - start) / 1000))
  const failed = last?.violation == null ? null : last
  if (failed) {
    for (const line of failed.trace) console.log(`  ${line}`)
    console.log(`Seed ${failed.seed} is broken: ${failed.violation}`)
    process.exitCode = 1
  }
  console.log(`${checked} seeds, ${events} events, ${steps} steps, ${perSecond} seeds a second`)
  if (last) console.log(`The history of seed ${last.seed} has the hash ${last.hash}`)
  const figures = { seeds: checked, from, firstFailingSeed: failed?.seed ?? null, seedsPerSecond: perSecond }
  if (args.includes('--json'))
    console.log(JSON.stringify({ ...figures, events, steps, hash: last?.hash ?? null }))
}

function numberAfter(args: readonly string[], name: string, otherwise: number): number {
  const at = args.indexOf(name)
  const value = at < 0 ? otherwise : Number(args[at + 1])
  if (Number.isSafeInteger(value) && value >= 0) return value
  console.error(USAGE)
  process.exit(2)
}

main()

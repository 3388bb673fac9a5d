import { runChaos } from './chaos.ts'

const USAGE = 'Usage: npm run chaos -- [--kills 25] [--seed 1] [--json]'

/** `npm run chaos`: ends processes by force under load and proves that nothing is lost and nothing happens twice. */
async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const kills = numberAfter(args, '--kills', 25)
  const seed = numberAfter(args, '--seed', 1)
  const result = await runChaos({ seed, kills, say: text => console.log(`  ${text}`) })
  const { findings, faults, unexpectedDeaths, ...figures } = result
  for (const [what, times] of Object.entries(faults.counts)) console.log(`  ${times} x ${what}`)
  for (const finding of findings) console.log(`  BROKEN ${finding}`)
  console.log(`  ${figures.runs} runs, ${figures.resumeSamples} of them lost their process and went on`)
  const { lostRuns, duplicateEffects, invariantViolations, resumeP99Ms } = figures
  const verdict = { seed, kills: figures.kills, lostRuns, duplicateEffects, invariantViolations, resumeP99Ms }
  console.log(JSON.stringify(args.includes('--json') ? { ...figures, faults, unexpectedDeaths } : verdict))
  if (findings.length > 0) process.exitCode = 1
}

function numberAfter(args: readonly string[], name: string, otherwise: number): number {
  const at = args.indexOf(name)
  const value = at < 0 ? otherwise : Number(args[at + 1])
  if (Number.isSafeInteger(value) && value >= 0) return value
  console.error(USAGE)
  process.exit(2)
}

await main()

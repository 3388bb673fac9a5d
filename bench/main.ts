import { intake } from './intake.ts'
import { printTable, type Report } from './measure.ts'

const benches: Record<string, (options: { runs: number; say: (text: string) => void }) => Promise<Report>> = {
  intake,
}

/** `npm run bench -- <name> [--runs 5] [--json]` */
async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const json = args.includes('--json')
  const runsAt = args.indexOf('--runs')
  const runs = runsAt >= 0 ? Number(args[runsAt + 1]) : 5
  const name = args.find(argument => argument in benches)
  const bench = name ? benches[name] : undefined
  if (!bench || !Number.isInteger(runs) || runs < 1) {
    console.error(`Usage: npm run bench -- <${Object.keys(benches).join('|')}> [--runs 5] [--json]`)
    process.exit(2)
  }
  const report = await bench({ runs, say: text => console.log(text) })
  printTable(report)
  if (json) console.log(JSON.stringify(report))
}

await main()

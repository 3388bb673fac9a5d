import { parseArgs } from 'node:util'
import { api } from './api.ts'
import { canvas } from './canvas.ts'
import { crm } from './crm/main.ts'
import { engine } from './engine/main.ts'
import { fairness } from './fairness.ts'
import { fuzzServer } from './fuzz.ts'
import { importing } from './import.ts'
import { intake } from './intake.ts'
import { isolation } from './isolation.ts'
import { printTable } from './measure.ts'
import { sleepers } from './sleepers.ts'

const say = (text: string) => console.log(text)

/**
 * `npm run bench -- <name> [--runs 5] [--json]`; the engine also takes `--workers 2`, `--stored 10000000` and
 * `--only <case>`, `fuzz` takes `--requests 100000` and `--seed 1`.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '5' },
      workers: { type: 'string', default: '1' },
      stored: { type: 'string', default: '0' },
      only: { type: 'string' },
      requests: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const [runs, workers, stored] = [Number(values.runs), Number(values.workers), Number(values.stored)]
  const [name] = positionals
  if (![runs, workers, stored].every(Number.isInteger) || runs < 1 || workers < 1)
    throw new TypeError('--runs, --workers and --stored are whole numbers.')
  switch (name) {
    case 'api':
    case 'canvas':
    case 'crm':
    case 'import':
    case 'intake':
    case 'sleepers': {
      const report = await { api, canvas, crm, import: importing, intake, sleepers }[name]({ runs, say })
      printTable(report)
      if (values.json) console.log(JSON.stringify(report))
      return
    }
    case 'fuzz': {
      const report = await fuzzServer({ requests: Number(values.requests), seed: Number(values.seed), say })
      if (values.json) console.log(JSON.stringify(report))
      return
    }
    case 'fairness': {
      const report = await fairness({ runs, workers, say })
      printTable(report)
      if (values.json) console.log(JSON.stringify(report))
      return
    }
    case 'isolation': {
      const report = await isolation({ say })
      console.table([report])
      if (values.json) console.log(JSON.stringify(report))
      if (report.leaks > 0) process.exitCode = 1
      return
    }
    case 'engine': {
      const report = await engine({ runs, workers, stored, only: values.only, say })
      console.log(`\nengine: medians of ${report.runs} rounds (${report.machine})`)
      console.table(Object.fromEntries(report.cases.map(({ name: row, ...figures }) => [row, figures])))
      if (values.json) console.log(JSON.stringify(report))
      return
    }
    default:
      console.error(
        'Usage: npm run bench -- <api|canvas|crm|engine|fairness|fuzz|import|intake|isolation|sleepers> [--runs 5] [--json]',
      )
      process.exit(2)
  }
}

await main()

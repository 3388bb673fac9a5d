import { cpus } from 'node:os'

export interface Report {
  bench: string
  machine: string
  runs: number
  /** Each figure's values over the runs, in order. */
  figures: Record<string, { unit: string; values: number[]; median: number }>
}

/** Collects the figures of several runs. */
export function collect(bench: string) {
  const values = new Map<string, { unit: string; values: number[] }>()
  return {
    add(name: string, value: number, unit: string) {
      const figure = values.get(name) ?? { unit, values: [] }
      figure.values.push(Math.round(value * 100) / 100)
      values.set(name, figure)
    },
    report(runs: number): Report {
      const figures: Report['figures'] = {}
      for (const [name, figure] of values) figures[name] = { ...figure, median: median(figure.values) }
      return {
        bench,
        machine: `${cpus().length} × ${cpus()[0]?.model ?? 'cpu'}, Node ${process.version}`,
        runs,
        figures,
      }
    },
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** The value below which the share `p` (0..1) of the values lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN
}

/**
 * Runs `act` from `clients` loops for `seconds` and returns how often it ended per second and how long each took.
 */
export async function load(
  clients: number,
  seconds: number,
  act: (client: number) => Promise<void>,
): Promise<{ perSecond: number; ms: number[] }> {
  const ms: number[] = []
  const start = performance.now()
  const end = start + seconds * 1000
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() < end) {
        const before = performance.now()
        await act(client)
        ms.push(performance.now() - before)
      }
    }),
  )
  return { perSecond: ms.length / ((performance.now() - start) / 1000), ms }
}

export function printTable(report: Report): void {
  console.log(`\n${report.bench}: medians of ${report.runs} runs (${report.machine})`)
  for (const [name, figure] of Object.entries(report.figures)) {
    const [low, high] = [Math.min(...figure.values), Math.max(...figure.values)]
    console.log(
      `  ${name.padEnd(52)} ${String(figure.median).padStart(10)} ${figure.unit.padEnd(10)} (${low} … ${high})`,
    )
  }
}

import type { ForecastRow } from '#modules/crm/contract.ts'

/** What was won and what is expected, added up over some rows of one currency. */
export interface ForecastSum {
  readonly won: number
  readonly wonDeals: number
  readonly committed: number
  readonly weighted: number
  readonly open: number
  readonly openDeals: number
}

const NOTHING: ForecastSum = { won: 0, wonDeals: 0, committed: 0, weighted: 0, open: 0, openDeals: 0 }

export function addUp(rows: readonly ForecastRow[]): ForecastSum {
  return rows.reduce(
    (sum, row) => ({
      won: sum.won + row.won,
      wonDeals: sum.wonDeals + row.wonDeals,
      committed: sum.committed + row.committed,
      weighted: sum.weighted + row.weighted,
      open: sum.open + row.open,
      openDeals: sum.openDeals + row.openDeals,
    }),
    NOTHING,
  )
}

/** The currencies of a forecast, that of the most deals first. */
export function currenciesOf(rows: readonly ForecastRow[]): string[] {
  const deals = new Map<string, number>()
  for (const { currency, openDeals, wonDeals } of rows)
    deals.set(currency, (deals.get(currency) ?? 0) + openDeals + wonDeals)
  return [...deals].sort((a, b) => b[1] - a[1]).map(([currency]) => currency)
}

/** Each owner with what is theirs, the most expected first; null stands for nobody. */
export function byOwner(rows: readonly ForecastRow[]): { ownerUserId: string | null; sum: ForecastSum }[] {
  const groups = Map.groupBy(rows, row => row.ownerUserId)
  return [...groups]
    .map(([ownerUserId, own]) => ({ ownerUserId, sum: addUp(own) }))
    .sort((a, b) => b.sum.won + b.sum.weighted - (a.sum.won + a.sum.weighted))
}

/** "November 2026", or "Nov" when it is short. The month is YYYY-MM. */
export function monthWords(month: string, isShort = false, locale?: string | undefined): string {
  const at = Date.parse(`${month}-01T00:00:00Z`)
  const parts = isShort ? ({ month: 'short' } as const) : ({ month: 'long', year: 'numeric' } as const)
  return new Intl.DateTimeFormat(locale, { ...parts, timeZone: 'UTC' }).format(at)
}

/** A month some months later; both are YYYY-MM. */
export function monthLater(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7)
}

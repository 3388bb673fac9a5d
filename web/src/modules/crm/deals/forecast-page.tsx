import { Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChartColumn, ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { COMMITTED_FROM, type ForecastRow, getForecast, listPipelines } from '#modules/crm/contract.ts'
import { minorDigits } from '#platform/contract/money.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useTitle } from '../../../shell/use-title.ts'
import { BarChart } from '../../../ui/bar-chart.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Figure, Figures } from '../../../ui/figure.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Page, PageBody, Section } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { moneyWords } from '../fields/money.ts'
import { moneyShort } from './deal-words.ts'
import classes from './forecast.module.css'
import { addUp, byOwner, currenciesOf, type ForecastSum, monthLater, monthWords } from './forecast-sums.ts'

const MONTHS = 6
const ALL = 'all'

/** What was won and what is expected, by month and by owner. */
export function ForecastPage() {
  useTitle('Forecast')
  const [pipelineId, setPipelineId] = useState<string>(ALL)
  const [from, setFrom] = useState<string>()
  const pipelines = useQuery(routeQuery(listPipelines, {}))
  const forecast = useQuery({
    ...routeQuery(getForecast, {
      query: {
        months: MONTHS,
        ...(from === undefined ? {} : { from }),
        ...(pipelineId === ALL ? {} : { pipelineId }),
      },
    }),
    placeholderData: before => before,
  })
  const first = forecast.data?.months[0]
  const go = (by: number) => first && setFrom(monthLater(first, by))
  const options = (pipelines.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  if (forecast.isError && !forecast.data) return <PageError error={forecast.error} reset={forecast.refetch} />
  return (
    <Page>
      <PageHeader
        trail={[
          <Link key="deals" to="/deals">
            Deals
          </Link>,
        ]}
        title="Forecast"
        actions={
          <>
            {options.length > 1 ? (
              <Select
                className={classes.pipeline}
                aria-label="Pipeline"
                data={[{ value: ALL, label: 'All pipelines' }, ...options]}
                value={pipelineId}
                allowDeselect={false}
                onChange={value => setPipelineId(value ?? ALL)}
              />
            ) : null}
            <IconButton label="Earlier months" onClick={() => go(-3)}>
              <ChevronLeft size={16} />
            </IconButton>
            <IconButton label="Later months" onClick={() => go(3)}>
              <ChevronRight size={16} />
            </IconButton>
            {from === undefined ? null : <Button onClick={() => setFrom(undefined)}>This month</Button>}
          </>
        }
      />
      {forecast.data ? <Forecast {...forecast.data} /> : <TableSkeleton rows={6} />}
    </Page>
  )
}

interface ForecastProps {
  months: readonly string[]
  rows: readonly ForecastRow[]
  overdue: readonly ForecastRow[]
  undated: readonly ForecastRow[]
}

function Forecast({ months, rows, overdue, undated }: ForecastProps) {
  const all = [...rows, ...overdue, ...undated]
  const currencies = currenciesOf(all)
  const [chosen, setChosen] = useState<string>()
  const currency = chosen !== undefined && currencies.includes(chosen) ? chosen : currencies[0]
  const names = useMemberNames(all.map(row => row.ownerUserId))
  if (currency === undefined) {
    return (
      <EmptyState
        icon={<ChartColumn size={20} />}
        action={
          <Button component={Link} to="/deals">
            Open the deals
          </Button>
        }
      >
        Deals with a value and a day on which they should close add up here, month by month.
      </EmptyState>
    )
  }
  const own = (of: readonly ForecastRow[]) => of.filter(row => row.currency === currency)
  const lines: Line[] = [
    ...(overdue.length > 0 ? [{ id: 'overdue', name: 'Overdue', sum: addUp(own(overdue)) }] : []),
    ...months.map(month => ({
      id: month,
      name: monthWords(month),
      sum: addUp(own(rows.filter(row => row.month === month))),
    })),
    ...(undated.length > 0 ? [{ id: 'undated', name: 'Without a day', sum: addUp(own(undated)) }] : []),
  ]
  const total = addUp(own(all))
  const owners = byOwner(own(all)).map(({ ownerUserId, sum }) => ({
    id: ownerUserId ?? 'nobody',
    name: ownerUserId === null ? 'Nobody' : (names.get(ownerUserId) ?? 'A member'),
    sum,
  }))
  const units = (amount: number) => amount / 10 ** minorDigits(currency)
  const money = (amount: number) => moneyShort({ amount, currency })
  return (
    <PageBody>
      {currencies.length > 1 ? (
        <div className={classes.currencies}>
          <Choice
            label="Currency"
            options={currencies.map(value => ({ value, label: value }))}
            value={currency}
            onChange={setChosen}
          />
        </div>
      ) : null}
      <div className={classes.figures}>
        <Figures>
          <Figure label="Won" value={money(total.won)} note={dealsWords(total.wonDeals)} />
          <Figure
            label="Committed"
            value={money(total.committed)}
            note={`Open, at least ${COMMITTED_FROM} % likely`}
          />
          <Figure label="Weighted" value={money(total.weighted)} note="Open, times probability" />
          <Figure label="Open" value={money(total.open)} note={dealsWords(total.openDeals)} />
        </Figures>
      </div>
      <div className={classes.chart}>
        <BarChart
          label={`Won and expected, in ${currency}`}
          unit="Month"
          series={[
            { name: 'Won', tone: 'accent' },
            { name: 'Weighted', tone: 'neutral' },
          ]}
          bars={months.map(month => {
            const { won, weighted } = addUp(own(rows.filter(row => row.month === month)))
            return {
              id: month,
              label: monthWords(month, true),
              name: monthWords(month),
              values: [Math.round(units(won)), Math.round(units(weighted))],
            }
          })}
        />
      </div>
      <Section
        title="By month"
        about="Months are those of UTC. Overdue deals are open, and their day has passed."
      >
        <SumTable head="Month" lines={lines} total={total} currency={currency} />
      </Section>
      <Section title="By owner" about="Everything above, by whose it is.">
        <SumTable head="Owner" lines={owners} total={total} currency={currency} />
      </Section>
    </PageBody>
  )
}

function dealsWords(count: number): string {
  return count === 1 ? '1 deal' : `${count.toLocaleString()} deals`
}

interface Line {
  readonly id: string
  readonly name: string
  readonly sum: ForecastSum
}

interface SumTableProps {
  head: string
  lines: readonly Line[]
  total: ForecastSum
  currency: string
}

function SumTable({ head, lines, total, currency }: SumTableProps) {
  const cells = (sum: ForecastSum) =>
    [sum.won, sum.committed, sum.weighted, sum.open].map((amount, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their order
      <td key={at}>
        {amount === 0 ? <span className={classes.none}>–</span> : moneyWords({ amount, currency })}
      </td>
    ))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <div className={classes.scroller} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {['Won', 'Committed', 'Weighted', 'Open'].map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ id, name, sum }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              {cells(sum)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Together</th>
            {cells(total)}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

import {
  getDealBoard,
  getForecast,
  getPipelineSummary,
  getRevenue,
  listDealCards,
  listLostReasons,
  listPipelines,
  listRecordFields,
} from '#modules/crm/contract.ts'
import type { Route } from '#platform/contract/route.ts'
import { onLive } from '../../../shell/live.ts'
import { renewSoon } from '../../../shell/renew-soon.ts'

const BOARD_GAP_MS = 400
const SUMS_GAP_MS = 2_000

function renew(routes: readonly Route[], gapMs: number): void {
  for (const route of routes) renewSoon([route.id], gapMs)
}

/** Keeps boards, forecasts and pipelines up to date from live messages. Called once, at start. */
export function renewDealsOnLive(): void {
  onLive('deal.', () => {
    renew([getDealBoard, listDealCards], BOARD_GAP_MS)
    renew([getForecast, getPipelineSummary, getRevenue], SUMS_GAP_MS)
  })
  onLive('change_set.', () => renew([getDealBoard, listDealCards], SUMS_GAP_MS))
  onLive('pipeline.', () =>
    renew([listPipelines, listLostReasons, getDealBoard, listRecordFields], BOARD_GAP_MS),
  )
}

import { FileText, Mail, MoveRight, NotebookPen, Play } from 'lucide-react'
import type { BoardColumn } from '../ui/board/moves.ts'
import type { NotificationItem } from '../ui/notification-list.tsx'
import type { StatusKind } from '../ui/status.tsx'
import type { TimelineItem } from '../ui/timeline.tsx'

/** An instant some seconds before the page was opened. */
export function ago(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString()
}

const people = [
  'Ada Lovelace',
  'Grace Hopper',
  'Jean Bartik',
  'Radia Perlman',
  'Barbara Liskov',
  'Élodie Marchand',
  'Frances Allen',
  'Karen Jones',
  'Mary Kenneth Keller',
  'Hedy Lamarr',
]
const companies = [
  'Analytical Engines Ltd',
  'Harbor & Sons',
  'Moulin Vert SARL',
  'Northwind',
  'Ostrava Steel',
  'Kite Labs',
]

function pick<Item>(list: readonly Item[], index: number): Item {
  const item = list[index % list.length]
  if (item === undefined) throw new Error('An empty list has nothing to pick from.')
  return item
}

export interface SampleRun {
  id: string
  lead: string
  workflow: string
  status: readonly [StatusKind, string]
  steps: number
  ms: number
  at: string
}

const runStatuses: readonly (readonly [StatusKind, string])[] = [
  ['running', 'Running'],
  ['done', 'Completed'],
  ['waiting', 'Waiting'],
  ['done', 'Completed'],
  ['failed', 'Failed'],
  ['done', 'Completed'],
  ['done', 'Completed'],
  ['cancelled', 'Cancelled'],
]

export const runs: readonly SampleRun[] = Array.from({ length: 10_000 }, (_, index) => ({
  id: `run-${index}`,
  lead: pick(people, index * 7),
  workflow: pick(['Thank a new lead', 'Follow up after a demo', 'Ask for a review'], index),
  status: pick(runStatuses, index),
  steps: 3 + (index % 5),
  ms: 38 + ((index * 7919) % 4200),
  at: ago(index * 411),
}))

export interface SampleLead {
  id: string
  name: string
  company: string
  budget: string
  at: string
}

const columnHeads = [
  { id: 'new', title: 'New', tone: 'neutral', size: 9 },
  { id: 'qualified', title: 'Qualified', tone: 'accent', size: 4 },
  { id: 'booked', title: 'Booked', tone: 'info', size: 3 },
  { id: 'won', title: 'Won', tone: 'good', size: 2 },
  { id: 'lost', title: 'Lost', tone: 'bad', size: 0 },
] as const

export const leadColumns: readonly BoardColumn<SampleLead>[] = columnHeads.map((head, column) => ({
  id: head.id,
  title: head.title,
  tone: head.tone,
  cards: Array.from({ length: head.size }, (_, index) => ({
    id: `${head.id}-${index}`,
    name: pick(people, column * 3 + index),
    company: pick(companies, column + index),
    budget: `€${(((column + 2) * (index + 3) * 700) % 24_000).toLocaleString()}`,
    at: ago(300 + column * 40_000 + index * 9_000),
  })),
}))

export const notifications: readonly NotificationItem[] = [
  {
    id: '1',
    title: 'New lead: Ada Lovelace',
    body: 'Budget €12,000, from the website form',
    at: ago(40),
    read: false,
  },
  {
    id: '2',
    title: 'A run failed',
    body: 'Ask for a review: the mail server refused',
    at: ago(5_400),
    read: false,
  },
  { id: '3', title: 'Grace Hopper replied', at: ago(190_000), read: true },
]

export const timeline: readonly TimelineItem[] = [
  {
    id: '5',
    at: ago(120),
    icon: <MoveRight size={12} />,
    actor: 'Grace Hopper',
    words: 'moved it from New to Qualified',
  },
  {
    id: '4',
    at: ago(1_800),
    icon: <NotebookPen size={12} />,
    actor: 'Grace Hopper',
    words: 'added a note',
    body: 'Wants a demo for six people before the end of the month. Prefers mornings.',
  },
  {
    id: '3',
    at: ago(100_000),
    icon: <Mail size={12} />,
    actor: 'Thank a new lead',
    words: 'sent an e-mail: Thank you, Ada',
  },
  { id: '2', at: ago(100_020), icon: <Play size={12} />, actor: 'Thank a new lead', words: 'started a run' },
  {
    id: '1',
    at: ago(100_030),
    icon: <FileText size={12} />,
    actor: 'Website form',
    words: 'received an answer',
  },
]

export const barSeries = [
  { name: 'Completed', tone: 'accent' },
  { name: 'Failed', tone: 'bad' },
  { name: 'Cancelled', tone: 'neutral' },
] as const

export const bars = [12, 31, 8, 0, 44, 27, 19].map((completed, index) => ({
  id: String(index),
  label: `${index + 10} Nov`,
  name: `${index + 10} November`,
  values: [completed, index % 3, index === 4 ? 3 : 0],
}))

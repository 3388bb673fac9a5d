import {
  Bell,
  Box,
  Building,
  Building2,
  CalendarClock,
  CalendarPlus,
  CircleStop,
  CircleX,
  ClipboardList,
  Clock,
  CodeXml,
  Columns3,
  Funnel,
  Globe,
  Handshake,
  Hourglass,
  IterationCw,
  ListChecks,
  ListFilter,
  ListPlus,
  type LucideIcon,
  Mail,
  Merge,
  PencilLine,
  Play,
  Puzzle,
  Radio,
  Repeat,
  Route,
  Search,
  Shuffle,
  Split,
  SquarePen,
  Tags,
  TextCursorInput,
  UserCheck,
  UserPen,
  UserPlus,
  Webhook,
  Workflow,
} from 'lucide-react'
import type { Face } from './face.ts'
import type { IconName } from './icon-names.ts'
import classes from './node-icon.module.css'

const icons: Readonly<Record<IconName, LucideIcon>> = {
  bell: Bell,
  building: Building,
  'building-2': Building2,
  'calendar-clock': CalendarClock,
  'calendar-plus': CalendarPlus,
  'circle-stop': CircleStop,
  'circle-x': CircleX,
  'clipboard-list': ClipboardList,
  clock: Clock,
  'code-xml': CodeXml,
  'columns-3': Columns3,
  funnel: Funnel,
  globe: Globe,
  handshake: Handshake,
  hourglass: Hourglass,
  'iteration-cw': IterationCw,
  'list-checks': ListChecks,
  'list-filter': ListFilter,
  'list-plus': ListPlus,
  mail: Mail,
  merge: Merge,
  'pencil-line': PencilLine,
  play: Play,
  puzzle: Puzzle,
  radio: Radio,
  repeat: Repeat,
  route: Route,
  search: Search,
  shuffle: Shuffle,
  split: Split,
  'square-pen': SquarePen,
  tags: Tags,
  'text-cursor-input': TextCursorInput,
  'user-check': UserCheck,
  'user-pen': UserPen,
  'user-plus': UserPlus,
  webhook: Webhook,
  workflow: Workflow,
}

interface NodeIconProps {
  face: Pick<Face, 'icon' | 'kind'>
  size?: 'small' | 'large' | undefined
}

/** The icon of a node on a tile that is tinted by its kind. Decorative: the name stands beside it. */
export function NodeIcon({ face, size = 'large' }: NodeIconProps) {
  const Icon = icons[face.icon as IconName] ?? Box
  return (
    <span className={classes.tile} data-kind={face.kind} data-size={size} aria-hidden="true">
      <Icon size={size === 'large' ? 16 : 13} strokeWidth={1.75} />
    </span>
  )
}

import {
  Bell,
  Box,
  CalendarClock,
  ClipboardList,
  Clock,
  Globe,
  type LucideIcon,
  Mail,
  PencilLine,
  Play,
  Split,
} from 'lucide-react'
import type { Face } from './face.ts'
import type { IconName } from './icon-names.ts'
import classes from './node-icon.module.css'

const icons: Readonly<Record<IconName, LucideIcon>> = {
  bell: Bell,
  'calendar-clock': CalendarClock,
  'clipboard-list': ClipboardList,
  clock: Clock,
  globe: Globe,
  mail: Mail,
  'pencil-line': PencilLine,
  play: Play,
  split: Split,
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

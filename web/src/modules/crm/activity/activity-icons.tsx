import {
  CalendarClock,
  CircleCheck,
  FileText,
  Handshake,
  type LucideIcon,
  Mail,
  MoveRight,
  Paperclip,
  PencilLine,
  Phone,
  SquareCheck,
  StickyNote,
  Workflow,
} from 'lucide-react'
import type { ActivityKind, TimelineEntry } from '#modules/crm/contract.ts'

export const activityIcons: Readonly<Record<ActivityKind, LucideIcon>> = {
  call: Phone,
  email: Mail,
  meeting: CalendarClock,
  task: SquareCheck,
  note: StickyNote,
}

const topicIcons: Readonly<Record<TimelineEntry['topic'], LucideIcon>> = {
  activity: StickyNote,
  email: Mail,
  form: FileText,
  lead: MoveRight,
  run: Workflow,
  deal: Handshake,
  change: PencilLine,
}

/** The icon of an entry: that of its activity, else of its topic. */
export function EntryIcon({ entry }: { entry: TimelineEntry }) {
  const kind = entry.activity?.kind
  const Icon =
    entry.kind === 'activity.completed'
      ? CircleCheck
      : entry.kind.startsWith('attachment.')
        ? Paperclip
        : kind
          ? activityIcons[kind]
          : topicIcons[entry.topic]
  return <Icon size={13} />
}

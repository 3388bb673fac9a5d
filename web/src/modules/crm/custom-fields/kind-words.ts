import {
  AlignLeft,
  AtSign,
  Banknote,
  Calendar,
  CircleChevronDown,
  Clock,
  Hash,
  Link,
  Link2,
  ListChecks,
  type LucideIcon,
  Phone,
  ToggleLeft,
  Type,
  UserRound,
} from 'lucide-react'
import type { FieldKind, RecordObject } from '#modules/crm/contract.ts'

interface KindWords {
  readonly label: string
  readonly about: string
  readonly icon: LucideIcon
}

/** What the kinds of fields are called, in the order they are offered in. */
export const kindWords: Readonly<Record<FieldKind, KindWords>> = {
  text: { label: 'Text', about: 'One line, such as a name or a number with letters in it.', icon: Type },
  long_text: {
    label: 'Long text',
    about: 'Several lines. It can be searched, not sorted by.',
    icon: AlignLeft,
  },
  select: { label: 'Select', about: 'One of the options you give.', icon: CircleChevronDown },
  multi_select: { label: 'Multi-select', about: 'Any of the options you give.', icon: ListChecks },
  number: { label: 'Number', about: 'Whole or with decimals.', icon: Hash },
  money: { label: 'Money', about: 'An amount with its currency.', icon: Banknote },
  date: { label: 'Date', about: 'A day.', icon: Calendar },
  time: { label: 'Date and time', about: 'An instant, shown in the time zone of the reader.', icon: Clock },
  boolean: { label: 'Yes or no', about: 'Yes, no, or not said.', icon: ToggleLeft },
  user: { label: 'Member', about: 'A member of the organization.', icon: UserRound },
  relation: { label: 'Relation', about: 'Another person, company or deal.', icon: Link2 },
  email: { label: 'E-mail address', about: 'Checked, and the same in capitals.', icon: AtSign },
  phone: { label: 'Phone number', about: 'Kept with its country, ready to call.', icon: Phone },
  url: { label: 'Web address', about: 'A link that opens.', icon: Link },
}

/** What one and several records of an object are called. */
export const objectWords: Readonly<Record<RecordObject, { one: string; many: string }>> = {
  person: { one: 'Person', many: 'People' },
  company: { one: 'Company', many: 'Companies' },
  deal: { one: 'Deal', many: 'Deals' },
}

import {
  AtSign,
  Calendar,
  CircleHelp,
  EyeOff,
  FileUp,
  Globe,
  Hash,
  ListChecks,
  ListFilter,
  type LucideIcon,
  Phone,
  ShieldCheck,
  SquareCheck,
  TextCursorInput,
  TextInitial,
} from 'lucide-react'
import { FieldType } from '#modules/intake/contract.ts'
import type { DraftField } from './draft.ts'

interface FieldKind {
  readonly name: string
  /** What it is for, in a few words. */
  readonly about: string
  readonly icon: LucideIcon
  /** What a new one begins with. */
  readonly begins: Partial<DraftField> & { readonly label: string }
}

const KINDS: Readonly<Record<string, FieldKind>> = {
  TEXT: {
    name: 'Short text',
    about: 'A line, such as a name or a company',
    icon: TextCursorInput,
    begins: { label: 'Your answer' },
  },
  LONG_TEXT: {
    name: 'Long text',
    about: 'Several lines',
    icon: TextInitial,
    begins: { label: 'Your message' },
  },
  EMAIL: {
    name: 'E-mail',
    about: 'The first one says who the lead is',
    icon: AtSign,
    begins: { key: 'email', label: 'Your e-mail address' },
  },
  PHONE: {
    name: 'Phone number',
    about: 'As people write it',
    icon: Phone,
    begins: { key: 'phone', label: 'Your phone number' },
  },
  URL: {
    name: 'Web address',
    about: 'The address of a page',
    icon: Globe,
    begins: { key: 'website', label: 'Your website' },
  },
  DROPDOWN: {
    name: 'One of a list',
    about: 'A drop-down',
    icon: ListFilter,
    begins: { label: 'Which one?', options: ['First', 'Second'] },
  },
  MULTI_SELECT: {
    name: 'Several of a list',
    about: 'Boxes to tick',
    icon: ListChecks,
    begins: { label: 'Which of these?', options: ['First', 'Second'] },
  },
  NUMBER: { name: 'Number', about: 'With limits if you like', icon: Hash, begins: { label: 'How many?' } },
  DATE: { name: 'Date', about: 'A day of the calendar', icon: Calendar, begins: { label: 'Which day?' } },
  CHECKBOX: {
    name: 'Checkbox',
    about: 'One box to tick',
    icon: SquareCheck,
    begins: { label: 'Call me back' },
  },
  CONSENT: {
    name: 'Consent',
    about: 'A tick under your own words, kept as proof',
    icon: ShieldCheck,
    begins: {
      key: 'consent',
      label: 'Privacy',
      text: 'I agree that my answers are used to reply to me.',
      purpose: null,
    },
  },
  FILE: { name: 'File', about: 'One or more files', icon: FileUp, begins: { label: 'Your file' } },
  HIDDEN: {
    name: 'Hidden',
    about: 'What the address of the page says, such as a campaign',
    icon: EyeOff,
    begins: { key: 'utm_source', label: 'Campaign source' },
  },
}

/** The types of fields that can be added, in the order they are offered. */
export const FIELD_TYPES: readonly FieldType[] = Object.keys(KINDS).flatMap(name => {
  const type = FieldType.safeParse(name)
  return type.success ? type.data : []
})

/** What a type of field is called, what it is for and how it is drawn. */
export function kindOf(type: FieldType): FieldKind {
  return KINDS[type] ?? { name: `Unknown: ${type}`, about: '', icon: CircleHelp, begins: { label: '' } }
}

const NOT_PREFILLED: ReadonlySet<string> = new Set(['CHECKBOX', 'CONSENT', 'FILE'])

/** Whether an address can fill it in: a tick and a file have to come from whoever sends the form. */
export function isPrefilled(type: FieldType): boolean {
  return !NOT_PREFILLED.has(type)
}

/** Types that have options. */
export function hasOptions(type: FieldType): boolean {
  return type === 'DROPDOWN' || type === 'MULTI_SELECT'
}

import type { ReactNode } from 'react'
import type { OptionColor, RecordField, RecordObject } from '#modules/crm/contract.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { Avatar } from '../../../ui/avatar.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { webAddress } from './field-draft.ts'
import { fieldWords, isBlank, optionLabel, relatedOf, textsOf } from './field-words.ts'
import classes from './fields.module.css'
import { RecordLink } from './record-link.tsx'
import { useRecordName } from './use-record-name.ts'

interface FieldValueProps {
  field: RecordField
  value: unknown
  /** What members are called, where a whole list was asked for at once; otherwise each value asks for its own. */
  names?: ReadonlyMap<string, string> | undefined
  /** Stands for a value that is not there; nothing by default. */
  empty?: ReactNode
}

/** A value as people read it, by the kind of its field. Addresses, numbers and records are links. */
export function FieldValue({ field, value, names, empty = null }: FieldValueProps) {
  if (isBlank(value)) return <span className={classes.empty}>{empty}</span>
  switch (field.kind) {
    case 'time':
      return <RelativeTime at={String(value)} />
    case 'select':
      return <Tag tone={toneOf(field, String(value))}>{optionLabel(field, String(value))}</Tag>
    case 'multi_select':
      if (field.key === 'phones') return <Addresses value={value} hrefOf={phoneHref} />
      return (
        <span className={classes.tags}>
          {textsOf(value).map(each => (
            <Tag key={each} tone={toneOf(field, each)}>
              {optionLabel(field, each)}
            </Tag>
          ))}
        </span>
      )
    case 'user':
      return <Member userId={String(value)} names={names} />
    case 'relation':
      return <Related field={field} value={value} />
    case 'email':
      return <Addresses value={value} hrefOf={text => `mailto:${text}`} />
    case 'phone':
      return <Addresses value={value} hrefOf={phoneHref} />
    case 'url':
      return <Addresses value={value} hrefOf={webAddress} wordsOf={bareAddress} isElsewhere />
    case 'long_text':
      return <span className={classes.long}>{String(value)}</span>
    case 'number':
    case 'money':
      return <span className={classes.figure}>{fieldWords(field, value)}</span>
    default:
      return <span className={classes.text}>{fieldWords(field, value)}</span>
  }
}

function toneOf({ options }: RecordField, value: string): OptionColor | undefined {
  const color = options?.find(option => option.value === value)?.color
  return color === 'neutral' ? undefined : color
}

function phoneHref(text: string): string {
  return `tel:${text.replaceAll(/[^\d+]/g, '')}`
}

/** A web address without what all of them have. */
function bareAddress(text: string): string {
  return text.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/$/, '')
}

interface AddressesProps {
  value: unknown
  hrefOf: (text: string) => string | undefined
  wordsOf?: (text: string) => string
  /** Opens in a tab of its own. */
  isElsewhere?: boolean
}

function Addresses({ value, hrefOf, wordsOf = text => text, isElsewhere = false }: AddressesProps) {
  const texts = Array.isArray(value) ? textsOf(value) : [String(value)]
  const target = isElsewhere ? { target: '_blank', rel: 'noopener noreferrer' } : {}
  return (
    <span className={classes.addresses}>
      {texts.map(text => {
        const href = hrefOf(text)
        return href === undefined ? (
          <span key={text}>{text}</span>
        ) : (
          <a key={text} href={href} {...target} onClick={event => event.stopPropagation()}>
            {wordsOf(text)}
          </a>
        )
      })}
    </span>
  )
}

function Member({ userId, names }: { userId: string; names?: ReadonlyMap<string, string> | undefined }) {
  const own = useMemberNames(names ? [] : [userId])
  const name = (names ?? own).get(userId) ?? 'A member'
  return (
    <span className={classes.member}>
      <Avatar name={name} size={16} />
      <span className={classes.text}>{name}</span>
    </span>
  )
}

function Related({ field, value }: { field: RecordField; value: unknown }) {
  const { relatesTo } = field
  return (
    <span className={classes.addresses}>
      {(Array.isArray(value) ? value : [value]).map(each => {
        const record = relatedOf(each)
        const id = record?.id ?? (typeof each === 'string' ? each : undefined)
        if (id === undefined) return null
        if (!relatesTo) return <span key={id}>{record?.name}</span>
        return record?.name ? (
          <RecordLink key={id} object={relatesTo} id={id}>
            {record.name}
          </RecordLink>
        ) : (
          <NamedById key={id} object={relatesTo} id={id} />
        )
      })}
    </span>
  )
}

/** A record of which a value holds the id alone. */
function NamedById({ object, id }: { object: RecordObject; id: string }) {
  const name = useRecordName(object, id)
  if (name === null) return <span className={classes.empty}>A record that is gone</span>
  return (
    <RecordLink object={object} id={id}>
      {name ?? '…'}
    </RecordLink>
  )
}

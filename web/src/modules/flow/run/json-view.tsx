import { Check, ChevronRight, Copy } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import {
  type JsonMember,
  jsonText,
  kindOf,
  leafText,
  lineOf,
  MEMBERS_SHOWN,
  membersOf,
  sizeWords,
  TEXT_SHOWN,
} from './json-rows.ts'
import classes from './json-view.module.css'

interface JsonViewProps {
  /** What the value is: "Input", "Output". */
  label: string
  value: unknown
  /** What is said when there is no value. */
  empty: string
}

/** A value of a run: readable as a list of names and values, copied as JSON. */
export function JsonView({ label, value, empty }: JsonViewProps) {
  const isEmpty = value === null || value === undefined || sizeWords(value) === 'empty'
  const hasMembers = membersOf(value).length > 0
  return (
    <section className={classes.view} aria-label={label}>
      <header className={classes.head}>
        <h3 className={classes.label}>{label}</h3>
        {isEmpty && !isLeaf(value) ? null : <CopyButton label={label} value={value} />}
      </header>
      {hasMembers ? (
        <Members value={value} depth={0} />
      ) : isEmpty && !isLeaf(value) ? (
        <p className={classes.empty}>{empty}</p>
      ) : (
        <Leaf value={value} />
      )}
    </section>
  )
}

function isLeaf(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'object'
}

function CopyButton({ label, value }: { label: string; value: unknown }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(jsonText(value))
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <IconButton label={isCopied ? 'Copied' : `Copy ${label.toLowerCase()} as JSON`} size="sm" onClick={copy}>
      {isCopied ? <Check size={13} /> : <Copy size={13} />}
    </IconButton>
  )
}

function Members({ value, depth }: { value: unknown; depth: number }) {
  const [isWhole, setWhole] = useState(false)
  const members = membersOf(value)
  const shown = isWhole ? members : members.slice(0, MEMBERS_SHOWN)
  return (
    <ul className={classes.members} data-depth={depth}>
      {shown.map(member => (
        <Member key={member.name} member={member} depth={depth} />
      ))}
      {shown.length < members.length ? (
        <li>
          <button type="button" className={classes.more} onClick={() => setWhole(true)}>
            Show {members.length - shown.length} more
          </button>
        </li>
      ) : null}
    </ul>
  )
}

function Member({ member: { name, value }, depth }: { member: JsonMember; depth: number }) {
  const [isOpen, setOpen] = useState(depth < 1)
  const line = lineOf(value)
  if (line !== undefined || membersOf(value).length === 0) {
    return (
      <li className={classes.member}>
        <span className={classes.name}>{name}</span>
        {line === undefined ? (
          <span className={classes.size}>empty</span>
        ) : (
          <Leaf value={kindOf(value) === 'list' ? line : value} />
        )}
      </li>
    )
  }
  return (
    <li className={classes.branch}>
      <button type="button" className={classes.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <ChevronRight size={12} aria-hidden="true" />
        <span className={classes.name}>{name}</span>
        {isOpen ? null : <span className={classes.size}>{sizeWords(value)}</span>}
      </button>
      {isOpen ? <Members value={value} depth={depth + 1} /> : null}
    </li>
  )
}

function Leaf({ value }: { value: unknown }) {
  const [isWhole, setWhole] = useState(false)
  const text = leafText(value)
  const isCut = text.length > TEXT_SHOWN && !isWhole
  return (
    <span className={classes.leaf} data-kind={kindOf(value)}>
      {text === '' ? <span className={classes.size}>empty text</span> : null}
      {isCut ? `${text.slice(0, TEXT_SHOWN)}…` : text}
      {isCut ? (
        <button type="button" className={classes.more} onClick={() => setWhole(true)}>
          Show all {text.length.toLocaleString()} characters
        </button>
      ) : null}
    </span>
  )
}

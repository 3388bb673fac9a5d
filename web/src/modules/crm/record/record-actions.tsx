import { Button, Menu } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { Ellipsis, Link2, Mail, Phone, Sparkles, Trash2 } from 'lucide-react'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { enrichRecord } from '../enrichment/enrich-record.ts'
import { recordPlace } from '../fields/record-link.tsx'
import { deleteRecord } from './delete-record.ts'
import type { RecordTarget } from './edits.ts'
import { access } from './record-access.ts'
import type { AnyRecord } from './record-values.ts'

interface RecordActionsProps {
  target: RecordTarget
  record: AnyRecord
  mayChange: boolean
  onLeave: () => void
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The main acts on a record: writing, calling, and behind the dots what is rarer. */
export function RecordActions({ target, record, mayChange, onLeave }: RecordActionsProps) {
  const router = useRouter()
  const email = textOf(record.email)
  const phones = Array.isArray(record.phones) ? record.phones : []
  const phone = textOf(record.mobile) ?? textOf(record.phone) ?? textOf(phones[0])
  const copy = async () => {
    const { href } = router.buildLocation(recordPlace(target.object, target.id))
    await navigator.clipboard.writeText(new URL(href, location.origin).href)
    toastDone('The link is copied.')
  }
  const enrich = async () => {
    if (target.object !== 'deal') await enrichRecord(target.object, target.id)
  }
  const remove = () => {
    onLeave()
    void deleteRecord(target, record.name || `The ${access[target.object].word}`)
  }
  const group = 'This record'
  usePaletteActions([
    { id: 'record.copy', label: 'Copy the link', group, icon: Link2, run: () => void copy() },
    ...(mayChange && target.object !== 'deal'
      ? [
          {
            id: 'record.enrich',
            label: 'Find what is missing',
            group,
            icon: Sparkles,
            run: () => void enrich(),
          },
        ]
      : []),
    ...(mayChange
      ? [
          {
            id: 'record.delete',
            label: `Delete this ${access[target.object].word}`,
            group,
            icon: Trash2,
            run: remove,
          },
        ]
      : []),
  ])
  return (
    <>
      {email ? (
        <Button component="a" href={`mailto:${email}`} leftSection={<Mail size={14} aria-hidden="true" />}>
          E-mail
        </Button>
      ) : null}
      {phone ? (
        <Button
          component="a"
          href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`}
          leftSection={<Phone size={14} aria-hidden="true" />}
        >
          Call
        </Button>
      ) : null}
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <IconButton label="More" size="lg" variant="default">
            <Ellipsis size={16} />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Link2 size={14} />} onClick={copy}>
            Copy the link
          </Menu.Item>
          {mayChange && target.object !== 'deal' ? (
            <Menu.Item leftSection={<Sparkles size={14} />} onClick={() => void enrich()}>
              Find what is missing
            </Menu.Item>
          ) : null}
          {mayChange ? (
            <>
              <Menu.Divider />
              <Menu.Item color="red" leftSection={<Trash2 size={14} />} onClick={remove}>
                Delete
              </Menu.Item>
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}

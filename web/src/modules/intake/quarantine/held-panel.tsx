import { Button, Menu } from '@mantine/core'
import { Ban, UserRoundCheck } from 'lucide-react'
import type { QuarantinedSubmission } from '#modules/intake/contract.ts'
import { useMay } from '../../../shell/session.ts'
import { Facts } from '../../../ui/facts.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import classes from './quarantine.module.css'
import { channelWords, heldAnswer } from './quarantine-words.ts'
import { useBlockSender } from './use-quarantine.ts'

interface HeldPanelProps {
  held: QuarantinedSubmission
  onLeave: (act: 'release' | 'delete') => void
  onClose: () => void
  onPrevious: (() => void) | undefined
  onNext: (() => void) | undefined
}

/** One submission that was held back: why, and what it says. */
export function HeldPanel({ held, onLeave, onClose, onPrevious, onNext }: HeldPanelProps) {
  const mayDecide = useMay('quarantine:write')
  const title = held.name ?? held.email ?? 'Somebody'
  return (
    <SidePanel label={title} onClose={onClose} onPrevious={onPrevious} onNext={onNext}>
      <div className={classes.panel}>
        <header>
          <h2 className={classes.title}>{title}</h2>
          <p className={classes.quiet}>{held.email}</p>
        </header>
        {mayDecide ? (
          <div className={classes.acts}>
            <Button
              variant="filled"
              leftSection={<UserRoundCheck size={14} aria-hidden="true" />}
              onClick={() => onLeave('release')}
            >
              Release as a lead
            </Button>
            <BlockMenu held={held} />
            <InlineConfirm
              label="Delete"
              consequence="Nothing brings it back."
              onConfirm={() => onLeave('delete')}
            />
          </div>
        ) : null}
        <section aria-label="Why it was held back">
          <h3 className={classes.heading}>Why it was held back</h3>
          <ul className={classes.reasons}>
            {held.reasons.map(({ code, words }) => (
              <li key={code}>{words}</li>
            ))}
          </ul>
        </section>
        <section aria-label="What was sent">
          <h3 className={classes.heading}>What was sent</h3>
          <dl className={classes.answers}>
            {held.answers.map(({ key, label, type, value }) => (
              <div key={key}>
                <dt>{label}</dt>
                <dd>{heldAnswer(type, value)}</dd>
              </div>
            ))}
          </dl>
        </section>
        <Facts
          items={[
            { label: 'Form', value: held.formName },
            { label: 'Sent', value: <RelativeTime at={held.createdAt} /> },
            { label: 'How', value: channelWords[held.channel] },
            { label: 'Deleted by itself', value: <RelativeTime at={held.expiresAt} /> },
          ]}
        />
      </div>
    </SidePanel>
  )
}

function BlockMenu({ held }: { held: QuarantinedSubmission }) {
  const block = useBlockSender()
  const domain = held.email?.split('@')[1]
  return (
    <Menu width={280} position="bottom-start" returnFocus>
      <Menu.Target>
        <Button leftSection={<Ban size={14} aria-hidden="true" />}>Block sender</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => block(held.id, 'email')}>The address {held.email}</Menu.Item>
        <Menu.Item onClick={() => block(held.id, 'domain')}>Everybody at {domain}</Menu.Item>
        <Menu.Item onClick={() => block(held.id, 'network')}>The network it came from</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

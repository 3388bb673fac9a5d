import { Modal } from '@mantine/core'
import { Kbd } from '../ui/kbd.tsx'
import { type Shortcut, useCurrentShortcuts } from '../ui/shortcuts.ts'
import classes from './shortcut-help.module.css'

function byGroup(shortcuts: readonly Shortcut[]): [string, Shortcut[]][] {
  const groups = new Map<string, Shortcut[]>()
  for (const shortcut of [...shortcuts].reverse()) {
    groups.set(shortcut.group, [shortcut, ...(groups.get(shortcut.group) ?? [])])
  }
  return [...groups]
}

/** The keys that work on this page, opened with `?`. */
export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const shortcuts = useCurrentShortcuts()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keys on this page"
      size="26rem"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {byGroup(shortcuts).map(([group, items]) => (
        <section key={group} className={classes.group}>
          <h3 className={classes.name}>{group}</h3>
          <dl>
            {items.map(item => (
              <div key={item.keys} className={classes.row}>
                <dt>{item.label}</dt>
                <dd>
                  <Kbd keys={item.keys} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  )
}

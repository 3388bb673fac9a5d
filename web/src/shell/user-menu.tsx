import { Menu } from '@mantine/core'
import { Check, LogOut } from 'lucide-react'
import { Avatar } from '../ui/avatar.tsx'
import classes from './rail.module.css'
import { useSession } from './session.ts'
import { leave } from './sign-out.ts'
import { useThemeChoice } from './theme-choice.ts'

/** The signed-in person: theme and sign-out. */
export function UserMenu({ narrow }: { narrow: boolean }) {
  const { user } = useSession()
  const { choices, chosen, choose } = useThemeChoice()
  return (
    <Menu width={220} position={narrow ? 'right-end' : 'top-start'}>
      <Menu.Target>
        <button type="button" className={classes.menuButton} aria-label={`Account of ${user.name}`}>
          <Avatar name={user.name} />
          {narrow ? null : <span className={classes.label}>{user.name}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user.email}</Menu.Label>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        {choices.map(choice => (
          <Menu.Item
            key={choice.value}
            closeMenuOnClick={false}
            rightSection={choice.value === chosen ? <Check size={14} aria-label="chosen" /> : null}
            onClick={() => choose(choice.value)}
          >
            {choice.label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={14} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

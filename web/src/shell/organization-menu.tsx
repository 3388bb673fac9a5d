import { Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Check, ChevronsUpDown, Settings } from 'lucide-react'
import { Avatar } from '../ui/avatar.tsx'
import classes from './rail.module.css'
import { useOrganization, useSession } from './session.ts'
import { switchTo } from './switch-organization.ts'

/** Which organization this is, and the way to the others. */
export function OrganizationMenu({ narrow }: { narrow: boolean }) {
  const { organizations } = useSession()
  const organization = useOrganization()
  const navigate = useNavigate()
  return (
    <Menu width={240} position={narrow ? 'right-start' : 'bottom-start'}>
      <Menu.Target>
        <button type="button" className={classes.menuButton} aria-label={`Organization ${organization.name}`}>
          <Avatar name={organization.name} square />
          {narrow ? null : (
            <>
              <span className={classes.label}>{organization.name}</span>
              <ChevronsUpDown size={14} aria-hidden="true" />
            </>
          )}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Organizations</Menu.Label>
        {organizations.map(each => (
          <Menu.Item
            key={each.id}
            leftSection={<Avatar name={each.name} square />}
            onClick={() => each.id === organization.id || switchTo(each)}
            rightSection={each.id === organization.id ? <Check size={14} aria-label="open now" /> : null}
          >
            {each.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Settings size={14} />} onClick={() => navigate({ to: '/settings' })}>
          Settings
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

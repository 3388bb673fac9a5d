import { Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Check, ChevronsUpDown, Plus, Settings, ShieldUser } from 'lucide-react'
import { useState } from 'react'
import { Avatar } from '../ui/avatar.tsx'
import { CreateOrganization } from './create-organization.tsx'
import classes from './rail.module.css'
import { useOrganization, useSession } from './session.ts'
import { switchTo } from './switch-organization.ts'

/** Which organization this is, and the way to the others. */
export function OrganizationMenu({ narrow }: { narrow: boolean }) {
  const { organizations, user } = useSession()
  const [isCreating, setCreating] = useState(false)
  const organization = useOrganization()
  const navigate = useNavigate()
  return (
    <>
      <Menu width={240} position={narrow ? 'right-start' : 'bottom-start'}>
        <Menu.Target>
          <button
            type="button"
            className={classes.menuButton}
            aria-label={`Organization ${organization.name}`}
          >
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
          <Menu.Item leftSection={<Plus size={14} />} onClick={() => setCreating(true)}>
            Create an organization
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<Settings size={14} />} onClick={() => navigate({ to: '/settings' })}>
            Settings
          </Menu.Item>
          {user.isPlatformAdmin ? (
            <Menu.Item leftSection={<ShieldUser size={14} />} onClick={() => navigate({ to: '/admin' })}>
              Installation
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {isCreating ? <CreateOrganization onClose={() => setCreating(false)} /> : null}
    </>
  )
}

import { Button, Menu } from '@mantine/core'
import { Check, ChevronDown } from 'lucide-react'
import { type Member, outranks } from '#modules/iam/contract.ts'
import { useMay, useSession } from '../../../../shell/session.ts'
import { roleNames } from '../role-names.ts'
import { roleAbout, rolesBelow } from './member-words.ts'
import classes from './members.module.css'
import { useMemberActs } from './use-members.ts'

/** Whether the signed-in person may change this member. */
export function useMayChange(member: Member): boolean {
  const { role, user } = useSession()
  const mayManage = useMay('members:manage')
  return mayManage && role !== null && member.userId !== user.id && outranks(role, member.role)
}

/** The role of a member and, for those above, the way to another one. */
export function RoleMenu({ member, inTable }: { member: Member; inTable?: boolean | undefined }) {
  const session = useSession()
  const mayChange = useMayChange(member)
  const { setRole } = useMemberActs()
  if (!mayChange || member.status === 'removed') return <span>{roleNames[member.role]}</span>
  return (
    <Menu width={280} position={inTable ? 'bottom-start' : 'bottom-end'}>
      <Menu.Target>
        <Button
          {...(inTable ? { size: 'xs' as const, className: classes.role ?? '' } : {})}
          variant={inTable ? 'subtle' : 'default'}
          rightSection={<ChevronDown size={14} aria-hidden="true" />}
          aria-label={`Role of ${member.name}: ${roleNames[member.role]}`}
          // The table has one place in the order of the Tab key; the panel of the member has the same menu.
          tabIndex={inTable ? -1 : undefined}
          onClick={event => event.stopPropagation()}
        >
          {roleNames[member.role]}
        </Button>
      </Menu.Target>
      <Menu.Dropdown onClick={event => event.stopPropagation()}>
        <Menu.Label>Role</Menu.Label>
        {rolesBelow(session).map(role => (
          <Menu.Item
            key={role}
            rightSection={role === member.role ? <Check size={14} aria-label="current" /> : null}
            onClick={() => role !== member.role && setRole(member, role)}
          >
            <RoleOption role={role} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function RoleOption({ role }: { role: Member['role'] }) {
  return (
    <>
      <div>{roleNames[role]}</div>
      <div className={classes.about}>{roleAbout[role]}</div>
    </>
  )
}

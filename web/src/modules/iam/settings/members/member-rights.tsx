import { Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState } from 'react'
import { can, listPermissions, type Member, may } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../../shell/api.ts'
import { useSession } from '../../../../shell/session.ts'
import { IconButton } from '../../../../ui/icon-button.tsx'
import { Status } from '../../../../ui/status.tsx'
import { roleNames } from '../role-names.ts'
import { permissionWords } from './member-words.ts'
import classes from './members.module.css'
import { useMemberActs } from './use-members.ts'

/** Where a member differs from the role: what they may do besides, and what they may not. */
export function MemberRights({ member, mayChange }: { member: Member; mayChange: boolean }) {
  const { setOverrides, isBusy } = useMemberActs()
  const exceptions = Object.entries(member.permissionOverrides).sort(([a], [b]) => a.localeCompare(b))
  const without = (permission: string) =>
    Object.fromEntries(exceptions.filter(([name]) => name !== permission))
  if (exceptions.length === 0 && !mayChange) return null
  return (
    <section className={classes.block} aria-label="Exceptions">
      <h3>Exceptions</h3>
      <p>Where this member differs from the role {roleNames[member.role].toLowerCase()}.</p>
      {exceptions.map(([permission, allowed]) => (
        <div key={permission} className={classes.line}>
          <span>{permissionWords(permission)}</span>
          <Status kind={allowed ? 'done' : 'cancelled'}>{allowed ? 'Allowed' : 'Not allowed'}</Status>
          {mayChange ? (
            <IconButton
              label={`As the role says: ${permissionWords(permission)}`}
              disabled={isBusy}
              onClick={() => setOverrides(member, without(permission))}
            >
              <X size={14} />
            </IconButton>
          ) : null}
        </div>
      ))}
      {mayChange ? (
        <AddException
          member={member}
          onAdd={(permission, allowed) =>
            setOverrides(member, { ...member.permissionOverrides, [permission]: allowed })
          }
        />
      ) : null}
    </section>
  )
}

interface AddExceptionProps {
  member: Member
  onAdd: (permission: string, allowed: boolean) => void
}

/** Turns one permission of the role around. What the asking person may not do is not offered. */
function AddException({ member, onAdd }: AddExceptionProps) {
  const session = useSession()
  const { data } = useQuery(routeQuery(listPermissions, {}))
  const [chosen, setChosen] = useState<string | null>(null)
  const hasByRole = (permission: string) => can(member.role, {}, permission)
  const offered = (data?.items ?? []).filter(
    permission =>
      !Object.hasOwn(member.permissionOverrides, permission) &&
      (hasByRole(permission) || may(session, permission)),
  )
  return (
    <div className={classes.add}>
      <Select
        aria-label="Permission"
        placeholder="Add an exception"
        searchable
        clearable
        nothingFoundMessage="There is no such permission."
        data={[
          {
            group: 'Allow',
            items: offered.filter(permission => !hasByRole(permission)).map(optionOf),
          },
          {
            group: 'Do not allow',
            items: offered.filter(hasByRole).map(optionOf),
          },
        ]}
        value={chosen}
        onChange={setChosen}
      />
      <Button
        disabled={chosen === null}
        onClick={() => {
          if (chosen === null) return
          onAdd(chosen, !hasByRole(chosen))
          setChosen(null)
        }}
      >
        {chosen !== null && hasByRole(chosen) ? 'Do not allow' : 'Allow'}
      </Button>
    </div>
  )
}

const optionOf = (permission: string) => ({ value: permission, label: permissionWords(permission) })

import { Select, Switch } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import {
  changeIdentityProvider,
  type IdentityProvider,
  joinRoles,
  listIdentityProviders,
} from '#modules/iam/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { roleNames } from '../settings/role-names.ts'
import classes from './sso.module.css'

/** What a provider may open: whether it is on, whether it takes people in, whether it is the only way. */
export function ProviderRules({ provider }: { provider: IdentityProvider }) {
  const queryClient = useQueryClient()
  const act = useAct(changeIdentityProvider, {
    onSettled: () => queryClient.invalidateQueries({ queryKey: routeKey(listIdentityProviders) }),
    onError: (error, input) => sayFailed(error, () => act.mutate(input)),
  })
  // While a rule is being changed it shows what was asked for.
  const shown = { ...provider, ...(act.isPending ? act.variables.body : {}) }
  const change = (body: NonNullable<typeof act.variables>['body']) =>
    act.mutate({ params: { identityProviderId: provider.id }, body })
  return (
    <div className={classes.part}>
      <Switch
        label="Take in new people"
        description="Whoever signs in with a verified address at a proved domain becomes a member."
        checked={shown.admitsNewPeople === true}
        onChange={event => change({ admitsNewPeople: event.currentTarget.checked })}
      />
      {shown.admitsNewPeople ? (
        <Select
          className={classes.role}
          label="Role of new people"
          data={joinRoles.map(role => ({ value: role, label: roleNames[role] }))}
          value={shown.roleOfNewPeople ?? 'member'}
          allowDeselect={false}
          onChange={value => {
            const role = joinRoles.find(each => each === value)
            if (role) change({ roleOfNewPeople: role })
          }}
        />
      ) : null}
      <Switch
        label="Require it"
        description="Members enter by this provider and in no other way; those who came otherwise are signed out at once. The owner can still use a password, as a way back in. API keys go on working."
        checked={shown.required === true}
        disabled={!shown.enabled}
        onChange={event => change({ required: event.currentTarget.checked })}
      />
      <Switch
        label="Switched on"
        description="Switching it off signs out everybody who came by it."
        checked={shown.enabled === true}
        onChange={event => change({ enabled: event.currentTarget.checked })}
      />
    </div>
  )
}

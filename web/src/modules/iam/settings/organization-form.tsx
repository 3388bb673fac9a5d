import { Button, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { getOrganization, type Organization, updateOrganization } from '#modules/iam/contract.ts'
import { etagOf } from '#platform/contract/client.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { ConflictNotice } from '../../../shell/conflict-notice.tsx'
import { fieldErrors, isConflict, problemWords } from '../../../shell/problem.ts'
import { sessionQuery, useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Bar } from '../../../ui/skeleton.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { languageChoices, timeZones } from '../locale-choices.ts'
import classes from './organization.module.css'

type Draft = Pick<Organization, 'name' | 'slug' | 'timeZone' | 'language'>

const draftOf = ({ name, slug, timeZone, language }: Organization): Draft => ({
  name,
  slug,
  timeZone,
  language,
})

const fieldLabels = { name: 'Name', slug: 'Address', timeZone: 'Time zone', language: 'Language' }

/** Name, address, time zone and language; saved together. */
export function OrganizationForm() {
  const query = useQuery(routeQuery(getOrganization, {}))
  if (query.data) return <OrganizationFields organization={query.data} />
  if (!query.isError) return <Bar width="60%" />
  const { what, next, requestId } = problemWords(query.error)
  return <ErrorState what={what} next={next} requestId={requestId} onRetry={query.refetch} />
}

function OrganizationFields({ organization }: { organization: Organization }) {
  const queryClient = useQueryClient()
  const mayManage = useMay('organization:manage')
  const [draft, setDraft] = useState(() => draftOf(organization))
  // What the draft is based on: the organization may be read anew while somebody edits.
  const [base, setBase] = useState(() => etagOf(organization))
  const act = useAct(updateOrganization, {
    onSuccess: saved => {
      queryClient.setQueryData(routeKey(getOrganization, {}), saved)
      startFrom(saved)
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      toastDone('The settings are saved.')
    },
  })
  const startFrom = (stored: Organization) => {
    setDraft(draftOf(stored))
    setBase(etagOf(stored))
  }
  const save = (ifMatch: string | undefined) => act.mutate({ body: draft, ifMatch })
  const reload = async () => {
    const stored = await queryClient.fetchQuery(routeQuery(getOrganization, {}))
    act.reset()
    startFrom(stored)
  }
  const change = (next: Partial<Draft>) => {
    act.reset()
    setDraft({ ...draft, ...next })
  }
  const isDirty = JSON.stringify(draft) !== JSON.stringify(draftOf(organization))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isDirty) save(base)
  }
  const refused = fieldErrors(act.error)
  const isPlain = act.error && !isConflict(act.error) && Object.keys(refused).length === 0
  const words = isPlain ? problemWords(act.error) : undefined
  return (
    <form noValidate onSubmit={submit}>
      <fieldset className={classes.fields} disabled={!mayManage}>
        <TextInput
          label="Name"
          value={draft.name}
          error={refused.name}
          onChange={event => change({ name: event.currentTarget.value })}
        />
        <TextInput
          label="Address"
          description="In links to your sign-in page. The former address goes on working for 90 days and is kept from others."
          value={draft.slug}
          error={refused.slug}
          autoCapitalize="none"
          spellCheck={false}
          onChange={event => change({ slug: event.currentTarget.value.toLowerCase() })}
        />
        <Select
          label="Time zone"
          description="For schedules, reports and times in e-mails."
          data={[...new Set([draft.timeZone, ...timeZones])]}
          value={draft.timeZone}
          error={refused.timeZone}
          searchable
          allowDeselect={false}
          nothingFoundMessage="No zone is called that."
          limit={200}
          onChange={value => value && change({ timeZone: value })}
        />
        <Select
          label="Language"
          description="How dates and numbers are written for everybody."
          data={languageChoices(draft.language)}
          value={draft.language}
          error={refused.language}
          searchable
          allowDeselect={false}
          nothingFoundMessage="No language is called that."
          onChange={value => value && change({ language: value })}
        />
        <ConflictNotice error={act.error} labels={fieldLabels} onReload={reload} onOverwrite={save} />
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        {mayManage ? (
          <div className={classes.save}>
            <Button type="submit" variant="filled" disabled={!isDirty} loading={act.isPending}>
              Save
            </Button>
            {isDirty ? (
              <Button variant="subtle" onClick={() => change(draftOf(organization))}>
                Undo changes
              </Button>
            ) : null}
          </div>
        ) : (
          <p className={classes.quiet}>Only an owner or an admin can change this.</p>
        )}
      </fieldset>
    </form>
  )
}

import { Switch, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import {
  changeSource,
  deleteSource,
  type Form,
  getSource,
  listSources,
  type Source,
} from '#modules/intake/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { CopyText } from '../../../ui/copy-text.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { Section } from '../../../ui/page.tsx'
import { exactTime } from '../../../ui/time.ts'
import { toastDone } from '../../../ui/toast-store.ts'
import { CalendlyConnection } from './calendly-connection.tsx'
import { CalendlySettings } from './calendly-settings.tsx'
import { DeliveryLog } from './delivery-log.tsx'
import { SourceSecret } from './source-secret.tsx'
import classes from './sources.module.css'
import { WebhookSettings } from './webhook-settings.tsx'

/** Changes a source and shows what came of it. */
export function useChangeSource(source: Source) {
  const queryClient = useQueryClient()
  return useAct(changeSource, {
    onSuccess: async () => {
      await queryClient.invalidateQueries({
        queryKey: routeKey(listSources, { params: { workflowId: source.workflowId } }),
      })
      void queryClient.invalidateQueries({ queryKey: routeKey(getSource) })
    },
    onError: error => sayFailed(error),
  })
}

/** One source: where it listens, what it makes of what comes, and what came. */
export function SourceDetail({ source, form }: { source: Source; form: Form }) {
  const may = useMay('forms:write')
  const maySee = useMay('leads:read')
  const isChecked = source.kind === 'calendly' || source.webhook?.verification.type !== 'none'
  return (
    <>
      <Section
        title={source.name}
        about={
          source.kind === 'calendly'
            ? 'Who books a meeting becomes a lead and moves on the board.'
            : 'Send JSON, form fields or text here by POST, up to 256 KB.'
        }
      >
        <div className={classes.stack}>
          {may ? <NameAndSwitch source={source} /> : null}
          {source.kind === 'calendly' ? null : <CopyText label="Address" text={source.url} />}
        </div>
      </Section>
      {source.kind === 'calendly' ? <CalendlyConnection source={source} /> : null}
      {source.calendly ? <CalendlySettings source={source} settings={source.calendly} /> : null}
      {source.webhook ? <WebhookSettings source={source} settings={source.webhook} form={form} /> : null}
      {source.kind === 'calendly' && !source.connection ? (
        <Section
          title="By hand"
          about="Instead of a token: a subscription that you make in Calendly yourself, and its signing key."
        >
          <div className={classes.stack}>
            <CopyText label="Address" text={source.url} />
            <CalendlySteps />
          </div>
        </Section>
      ) : null}
      {isChecked && may && !source.connection ? (
        <Section
          title={source.kind === 'calendly' ? 'Signing key' : 'Secret'}
          about="Shared by the sender and this source. It is kept encrypted and never shown again."
        >
          {source.previousSecretUntil ? (
            <p>The one before is accepted until {exactTime(Date.parse(source.previousSecretUntil))}.</p>
          ) : null}
          <SourceSecret source={source} />
        </Section>
      ) : null}
      {maySee ? <DeliveryLog source={source} /> : null}
      {may ? <Removal source={source} /> : null}
    </>
  )
}

function NameAndSwitch({ source }: { source: Source }) {
  const [name, setName] = useState(source.name)
  const change = useChangeSource(source)
  const params = { leadSourceId: source.id }
  const save = () => {
    const wanted = name.trim()
    if (wanted === '') setName(source.name)
    else if (wanted !== source.name) change.mutate({ params, body: { name: wanted } })
  }
  return (
    <>
      <TextInput
        className={classes.wide ?? ''}
        label="Name"
        description="The history of a lead says that it came in by this."
        maxLength={200}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        onBlur={save}
      />
      <Switch
        label={source.isEnabled ? 'Takes deliveries' : 'Refuses deliveries'}
        checked={source.isEnabled}
        disabled={change.isPending}
        onChange={event => change.mutate({ params, body: { isEnabled: event.currentTarget.checked } })}
      />
    </>
  )
}

function CalendlySteps() {
  return (
    <ol className={classes.steps}>
      <li>Make a signing key below, or enter the one that your Calendly app has.</li>
      <li>
        In Calendly, subscribe the address above to the events invitee.created and invitee.canceled, with that
        signing key. Calendly asks for a paid plan for this.
      </li>
      <li>Book a meeting to try it. It stands in the deliveries below within seconds.</li>
    </ol>
  )
}

function Removal({ source }: { source: Source }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate({ from: '/workflows/$workflowId/sources' })
  const params = { workflowId: source.workflowId }
  const act = useAct(deleteSource, {
    onSuccess: async () => {
      await navigate({ to: '/workflows/$workflowId/sources', params, search: {} })
      await queryClient.invalidateQueries({ queryKey: routeKey(listSources, { params }) })
      toastDone(`${source.name} was deleted. Its leads stay.`)
    },
    onError: error => sayFailed(error),
  })
  return (
    <Section title="Delete" about="The leads that came by it stay.">
      <InlineConfirm
        label="Delete source"
        consequence="Its address and its log go for good. Senders are refused from now on."
        onConfirm={() => act.mutate({ params: { leadSourceId: source.id } })}
      />
    </Section>
  )
}

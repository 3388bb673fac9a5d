import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { getDealBoard, listDeals, listPipelines } from '#modules/crm/contract.ts'
import { convertLead, getLead, type LeadDetail, listLeadEvents } from '#modules/intake/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { FormField } from '../../../ui/form-field.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { moneyWords } from '../../crm/fields/money.ts'
import classes from './conversion.module.css'
import { worthAnswers, worthOf } from './deal-worth.ts'

/** Asks what the deal is called, where it begins and what it is worth, and makes the lead into it. */
export function ConvertDialog({ lead, onClose }: { lead: LeadDetail; onClose: () => void }) {
  const queryClient = useQueryClient()
  const pipelines = useQuery(routeQuery(listPipelines, {})).data?.items ?? []
  const [name, setName] = useState(lead.name)
  const [pipelineId, setPipelineId] = useState<string | null>(null)
  const offered = worthAnswers(lead)
  const [worth, setWorth] = useState('')
  const pipeline = pipelines.find(({ id }) => id === pipelineId) ?? pipelines[0]
  const value = pipeline ? worthOf(worth, pipeline.currency) : undefined
  const isUnread = worth.trim() !== '' && pipeline !== undefined && value === undefined
  const convert = useAct(convertLead, {
    onSuccess: ({ isNew }) => {
      toastDone(isNew ? `${name.trim()} is a deal now.` : 'This lead was made into a deal before.')
      for (const route of [getLead, listLeadEvents, getDealBoard, listDeals])
        queryClient.invalidateQueries({ queryKey: routeKey(route) })
      onClose()
    },
  })
  const errors = fieldErrors(convert.error)
  const others = Object.keys(errors).filter(key => key !== 'name' && key !== 'value' && key !== 'pipelineId')
  const isGeneral = convert.error && (others.length > 0 || Object.keys(errors).length === 0)
  const words = isGeneral ? problemWords(convert.error) : undefined
  const submit = () => {
    if (name.trim() === '' || isUnread || !pipeline || convert.isPending) return
    const body = { name: name.trim(), pipelineId: pipeline.id, ...(value ? { value } : {}) }
    convert.mutate({ params: { leadId: lead.id }, body })
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title="Make a deal"
      size="sm"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        className={classes.form}
        onSubmit={event => {
          event.preventDefault()
          submit()
        }}
      >
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <FormField label="Name" required error={errors.name}>
          {control => (
            <TextInput
              {...control}
              data-autofocus
              maxLength={200}
              value={name}
              onChange={event => setName(event.currentTarget.value)}
            />
          )}
        </FormField>
        {pipelines.length > 1 ? (
          <FormField label="Pipeline" error={errors.pipelineId}>
            {control => (
              <Select
                {...control}
                data={pipelines.map(each => ({ value: each.id, label: each.name }))}
                value={pipeline?.id ?? null}
                allowDeselect={false}
                onChange={setPipelineId}
              />
            )}
          </FormField>
        ) : null}
        <FormField
          label="Value"
          required={false}
          hint={value ? moneyWords(value) : undefined}
          error={isUnread ? 'Write one amount, such as 12,500.' : errors.value}
        >
          {control => (
            <TextInput
              {...control}
              inputMode="decimal"
              maxLength={40}
              placeholder={pipeline ? moneyWords({ amount: 0, currency: pipeline.currency }) : undefined}
              value={worth}
              onChange={event => setWorth(event.currentTarget.value)}
            />
          )}
        </FormField>
        {offered.length > 0 ? (
          <div className={classes.offered}>
            {offered.slice(0, 4).map(({ label, value: answer }) => (
              <Button key={label} size="xs" onClick={() => setWorth(answer)}>
                {label}: {answer}
              </Button>
            ))}
          </div>
        ) : null}
        <div className={classes.acts}>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="filled"
            loading={convert.isPending}
            disabled={name.trim() === '' || isUnread || !pipeline}
          >
            Make the deal
          </Button>
        </div>
      </form>
    </Modal>
  )
}

import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { changePipeline, createPipeline, deletePipeline, type Pipeline } from '#modules/crm/contract.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Check } from '../../../ui/check.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import { LostReasons } from './lost-reasons.tsx'
import classes from './pipelines.module.css'
import { SavedText } from './saved-text.tsx'
import { StageList } from './stage-list.tsx'
import { pipelinesQuery, usePipelineAct } from './use-pipelines.ts'

/** Pipelines with their stages, and why deals are lost. */
export function PipelinesPage() {
  useTitle('Pipelines')
  const mayManage = useMay('pipelines:manage')
  const pipelines = useQuery(pipelinesQuery)
  if (pipelines.isError && !pipelines.data)
    return <PageError error={pipelines.error} reset={pipelines.refetch} />
  if (!pipelines.data) return <TableSkeleton rows={6} />
  const live = pipelines.data.items.filter(({ archivedAt }) => archivedAt === null)
  const archived = pipelines.data.items.filter(({ archivedAt }) => archivedAt !== null)
  return (
    <PageBody>
      {live.map((pipeline, index) => (
        <PipelineSection
          key={pipeline.id}
          pipeline={pipeline}
          place={index}
          count={live.length}
          mayManage={mayManage}
        />
      ))}
      {mayManage ? (
        <Section title="New pipeline" about="For another way of selling, such as renewals or partners.">
          <NewPipeline />
        </Section>
      ) : null}
      <Section title="Lost reasons" about="What people choose from when a deal is lost.">
        <LostReasons mayManage={mayManage} />
      </Section>
      {archived.length > 0 ? (
        <Section title="Archived" about="Their deals keep their history and are still found.">
          <ul className={classes.rows}>
            {archived.map(pipeline => (
              <ArchivedPipeline key={pipeline.id} pipeline={pipeline} mayManage={mayManage} />
            ))}
          </ul>
        </Section>
      ) : null}
    </PageBody>
  )
}

interface PipelineSectionProps {
  pipeline: Pipeline
  place: number
  count: number
  mayManage: boolean
}

const ABOUT =
  'Each stage has a probability, and the days after which a deal in it is marked as rotting; 0 is never. What a stage asks for has to be filled in before a deal enters.'

function PipelineSection({ pipeline, place, count, mayManage }: PipelineSectionProps) {
  return (
    <Section title={pipeline.name} about={ABOUT}>
      <StageList pipeline={pipeline} mayManage={mayManage} />
      {mayManage ? <PipelineActs pipeline={pipeline} place={place} count={count} /> : null}
    </Section>
  )
}

function PipelineActs({ pipeline, place, count }: Omit<PipelineSectionProps, 'mayManage'>) {
  const askId = useId()
  const params = { pipelineId: pipeline.id }
  const change = usePipelineAct(changePipeline, (all, { body }) => {
    const { position: _, archived, ...values } = body
    const archivedAt =
      archived === undefined ? {} : { archivedAt: archived ? new Date().toISOString() : null }
    return all.map(each => (each.id === pipeline.id ? { ...each, ...given(values), ...archivedAt } : each))
  })
  const remove = usePipelineAct(deletePipeline)
  const archive = () => {
    change.mutate({ params, body: { archived: true } })
    toastUndo(`${pipeline.name} is archived.`, () => change.mutate({ params, body: { archived: false } }))
  }
  return (
    <div className={classes.settings}>
      <SavedText
        label="Name"
        value={pipeline.name}
        maxLength={100}
        onSave={name => change.mutate({ params, body: { name } })}
      />
      <SavedText
        label="Currency"
        value={pipeline.currency}
        maxLength={3}
        isShort
        clean={text => text.toUpperCase()}
        check={text => (/^[A-Z]{3}$/.test(text) ? undefined : 'Three letters, such as EUR.')}
        onSave={currency => change.mutate({ params, body: { currency } })}
      />
      <div className={classes.check}>
        <Check
          id={askId}
          checked={pipeline.asksLostReason}
          onChange={event => change.mutate({ params, body: { asksLostReason: event.currentTarget.checked } })}
        />
        <label htmlFor={askId}>Ask why a deal is lost</label>
      </div>
      <div className={classes.acts}>
        {count > 1 ? (
          <>
            <Button
              disabled={place === 0}
              onClick={() => change.mutate({ params, body: { position: place - 1 } })}
            >
              Move up
            </Button>
            <Button
              disabled={place === count - 1}
              onClick={() => change.mutate({ params, body: { position: place + 1 } })}
            >
              Move down
            </Button>
            <Button onClick={archive}>Archive</Button>
            <InlineConfirm
              label="Delete"
              consequence="Only a pipeline that no deal ever went through can be deleted."
              onConfirm={() => remove.mutate({ params })}
            />
          </>
        ) : null}
      </div>
    </div>
  )
}

function given<Values extends object>(
  values: Values,
): { [Key in keyof Values]: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

function NewPipeline() {
  const [name, setName] = useState('')
  const create = usePipelineAct(createPipeline)
  return (
    <form
      className={classes.line}
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() === '') return
        create.mutate({ body: { name } }, { onSuccess: () => setName('') })
      }}
    >
      <TextInput
        className={classes.grows}
        aria-label="Name of the pipeline"
        placeholder="For example Renewals"
        maxLength={100}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="filled" loading={create.isPending} disabled={name.trim() === ''}>
        Create pipeline
      </Button>
    </form>
  )
}

function ArchivedPipeline({ pipeline, mayManage }: { pipeline: Pipeline; mayManage: boolean }) {
  const change = usePipelineAct(changePipeline)
  return (
    <li className={classes.row}>
      <span className={classes.grows}>{pipeline.name}</span>
      {mayManage ? (
        <Button
          onClick={() => change.mutate({ params: { pipelineId: pipeline.id }, body: { archived: false } })}
        >
          Bring back
        </Button>
      ) : null}
    </li>
  )
}

import { Button, MultiSelect, Select, TextInput } from '@mantine/core'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { changeStage, createStage, deleteStage, type Pipeline, type Stage } from '#modules/crm/contract.ts'
import { Dot } from '../../../ui/dot.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import { useRecordFields } from '../fields/use-record-fields.ts'
import classes from './pipelines.module.css'
import { SavedText } from './saved-text.tsx'
import { SortableList } from './sortable-list.tsx'
import { placed, usePipelineAct } from './use-pipelines.ts'

const TONES = { open: 'info', won: 'good', lost: 'neutral' } as const
const TYPES = [
  { value: 'open', label: 'Open' },
  { value: 'won', label: 'Won' },
  { value: 'lost', label: 'Lost' },
] as const
const NEVER_REQUIRED: ReadonlySet<string> = new Set(['name', 'stageId', 'lostReasonId', 'lostNote'])

/** The stages of a pipeline in the order of its board; everything is changed where it stands. */
export function StageList({ pipeline, mayManage }: { pipeline: Pipeline; mayManage: boolean }) {
  const change = usePipelineAct(changeStage, (all, { params, body }) =>
    all.map(each => (each.id === params.pipelineId ? withStage(each, params.stageId, body) : each)),
  )
  const act = (stage: Stage, body: StageBody) =>
    change.mutate({ params: { pipelineId: pipeline.id, stageId: stage.id }, body })
  const place = (stage: Stage, position: number) => {
    const before = pipeline.stages.indexOf(stage)
    act(stage, { position })
    toastUndo(`${stage.name} was moved.`, () => act(stage, { position: before }))
  }
  return (
    <>
      <SortableList
        label={`Stages of ${pipeline.name}`}
        items={pipeline.stages}
        itemId={stage => stage.id}
        itemLabel={stage => stage.name}
        onPlace={mayManage ? place : undefined}
        renderItem={stage => (
          <StageRow
            pipeline={pipeline}
            stage={stage}
            mayManage={mayManage}
            onChange={body => act(stage, body)}
          />
        )}
      />
      {mayManage ? <NewStage pipeline={pipeline} /> : null}
    </>
  )
}

type StageBody = Parameters<ReturnType<typeof usePipelineAct<typeof changeStage>>['mutate']>[0]['body']

function withStage(pipeline: Pipeline, stageId: string, { position, ...values }: StageBody): Pipeline {
  const known = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
  const stages = pipeline.stages.map(stage => (stage.id === stageId ? { ...stage, ...known } : stage))
  const moved = stages.find(stage => stage.id === stageId)
  return { ...pipeline, stages: moved && position !== undefined ? placed(stages, moved, position) : stages }
}

interface StageRowProps {
  pipeline: Pipeline
  stage: Stage
  mayManage: boolean
  onChange: (body: StageBody) => void
}

function StageRow({ pipeline, stage, mayManage, onChange }: StageRowProps) {
  const fields = useRecordFields('deal')
  const isOpen = stage.type === 'open'
  const requirable = fields.filter(field => field.isEditable && !NEVER_REQUIRED.has(field.key))
  return (
    <>
      <span className={classes.dot}>
        <Dot tone={TONES[stage.type]} />
      </span>
      <div className={classes.stage}>
        <div className={classes.line}>
          <SavedText
            label={`Name of the stage ${stage.name}`}
            isQuiet
            value={stage.name}
            maxLength={100}
            disabled={!mayManage}
            onSave={name => onChange({ name })}
          />
          {isOpen ? (
            <SavedText
              label={`Probability of ${stage.name} in percent`}
              isQuiet
              isShort
              suffix="%"
              value={String(stage.probability)}
              maxLength={3}
              disabled={!mayManage}
              check={text => (/^(100|\d{1,2})$/.test(text) ? undefined : '0 to 100')}
              onSave={text => onChange({ probability: Number(text) })}
            />
          ) : (
            <span className={classes.fixed}>{stage.type === 'won' ? 'Won, 100 %' : 'Lost, 0 %'}</span>
          )}
          {isOpen ? (
            <SavedText
              label={`Days after which a deal is rotting in ${stage.name}, 0 for never`}
              isQuiet
              isShort
              suffix="days"
              value={String(stage.rottingDays ?? 0)}
              maxLength={4}
              disabled={!mayManage}
              check={text => (/^\d{1,4}$/.test(text) && Number(text) <= 3_650 ? undefined : '0 to 3,650')}
              onSave={text => onChange({ rottingDays: Number(text) || null })}
            />
          ) : null}
        </div>
        {mayManage || stage.requiredFields.length > 0 ? (
          <MultiSelect
            aria-label={`What ${stage.name} asks for`}
            placeholder={stage.requiredFields.length === 0 ? 'Asks for nothing' : undefined}
            data={requirable.map(({ key, label }) => ({ value: key, label }))}
            value={stage.requiredFields}
            disabled={!mayManage}
            searchable
            onChange={requiredFields => onChange({ requiredFields })}
          />
        ) : null}
      </div>
      {mayManage ? <StageRemoval pipeline={pipeline} stage={stage} /> : null}
    </>
  )
}

function StageRemoval({ pipeline, stage }: { pipeline: Pipeline; stage: Stage }) {
  const [asking, setAsking] = useState(false)
  const remove = usePipelineAct(deleteStage)
  const others = pipeline.stages.filter(({ id, type }) => id !== stage.id && type === stage.type)
  if (others.length === 0) return null
  const params = { pipelineId: pipeline.id, stageId: stage.id }
  if (!asking) {
    return (
      <IconButton label={`Delete ${stage.name}`} onClick={() => setAsking(true)}>
        <Trash2 size={14} />
      </IconButton>
    )
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes from any control inside
    <div className={classes.removal} onKeyDown={event => event.key === 'Escape' && setAsking(false)}>
      <Select
        aria-label={`Where the deals of ${stage.name} go`}
        placeholder="Its deals go to"
        autoFocus
        data={others.map(({ id, name }) => ({ value: id, label: name }))}
        value={null}
        onChange={moveTo => {
          if (moveTo === null) return
          setAsking(false)
          remove.mutate({ params, query: { moveTo } })
        }}
      />
      <Button variant="subtle" onClick={() => setAsking(false)}>
        Keep
      </Button>
    </div>
  )
}

function NewStage({ pipeline }: { pipeline: Pipeline }) {
  const [name, setName] = useState('')
  const [type, setType] = useState<Stage['type']>('open')
  const create = usePipelineAct(createStage)
  return (
    <form
      className={classes.line}
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() === '') return
        const params = { pipelineId: pipeline.id }
        create.mutate({ params, body: { name, type } }, { onSuccess: () => setName('') })
      }}
    >
      <TextInput
        className={classes.grows}
        aria-label={`Name of a new stage of ${pipeline.name}`}
        placeholder="New stage"
        maxLength={100}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Select
        className={classes.short}
        aria-label="Type of the new stage"
        data={[...TYPES]}
        value={type}
        allowDeselect={false}
        onChange={value => setType(value ?? 'open')}
      />
      <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
        Add
      </Button>
    </form>
  )
}

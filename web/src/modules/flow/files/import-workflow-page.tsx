import { Button, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import {
  getWorkflow,
  importN8nWorkflow,
  importWorkflow,
  listWorkflows,
  type N8nImportReport,
  type WorkflowDetail,
} from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { DropZone } from '../../../ui/drop-zone.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import classes from './files.module.css'
import { ImportReport } from './import-report.tsx'
import { kindOf, TEXT_MAX } from './workflow-file.ts'

interface Imported {
  readonly workflow: WorkflowDetail
  readonly report: N8nImportReport
}

/** Makes a workflow out of a file: one of this product, or one of n8n, of which it says what became of each step. */
export function ImportWorkflowPage() {
  useTitle('Import a workflow')
  const [done, setDone] = useState<Imported>()
  return (
    <Page>
      <PageHeader
        trail={[
          <Link key="list" to="/workflows">
            Workflows
          </Link>,
        ]}
        title="Import a workflow"
      />
      <PageBody>
        {done ? (
          <ImportReport {...done} onAgain={() => setDone(undefined)} />
        ) : (
          <ImportForm onReport={setDone} />
        )}
      </PageBody>
    </Page>
  )
}

function ImportForm({ onReport }: { onReport: (done: Imported) => void }) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const keep = (workflow: WorkflowDetail) => {
    const params = { workflowId: workflow.id }
    queryClient.setQueryData(routeKey(getWorkflow, { params }), workflow)
    void queryClient.invalidateQueries({ queryKey: routeKey(listWorkflows) })
    return params
  }
  const own = useAct(importWorkflow, {
    onSuccess: async workflow => {
      await navigate({ to: '/workflows/$workflowId', params: keep(workflow) })
    },
  })
  const foreign = useAct(importN8nWorkflow, {
    onSuccess: done => {
      keep(done.workflow)
      onReport(done)
    },
  })
  const read = (given: string) => {
    own.reset()
    foreign.reset()
    setProblem(undefined)
    setText(given)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() === '') setProblem('Choose a file, or paste its text.')
    else if (text.length > TEXT_MAX) setProblem('The file is larger than 1.5 MB. Split the workflow first.')
    else if (kindOf(text) === 'n8n') foreign.mutate({ body: { workflow: text } })
    else own.mutate({ body: { text } })
  }
  const error = own.error ?? foreign.error
  const words = error ? problemWords(error) : undefined
  return (
    <form className={classes.form} noValidate onSubmit={submit}>
      <p className={classes.about}>
        A file that was downloaded here, in YAML or JSON, or a workflow that n8n exported or copied. It
        becomes a draft; nothing runs before you publish it.
      </p>
      <FileChoice onText={read} onProblem={setProblem} />
      <Textarea
        label="Or paste it"
        autosize
        minRows={8}
        maxRows={20}
        spellCheck={false}
        classNames={{ input: classes.text ?? '' }}
        value={text}
        error={problem}
        onChange={event => read(event.currentTarget.value)}
      />
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      <div>
        <Button type="submit" variant="filled" loading={own.isPending || foreign.isPending}>
          Import
        </Button>
      </div>
    </form>
  )
}

interface FileChoiceProps {
  onText: (text: string) => void
  onProblem: (problem: string) => void
}

function FileChoice({ onText, onProblem }: FileChoiceProps) {
  const [name, setName] = useState<string>()
  const take = async (file: File) => {
    if (file.size > TEXT_MAX * 3) return onProblem(`“${file.name}” is too large to be a workflow.`)
    onText(await file.text())
    setName(file.name)
  }
  return (
    <DropZone
      words={name ?? 'Drop a file here'}
      label="Workflow file"
      accept=".json,.yaml,.yml,.txt"
      onFile={file => void take(file)}
    />
  )
}

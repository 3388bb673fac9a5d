import { Button, MultiSelect, Select, TagsInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { ArrowLeft, ChevronRight } from 'lucide-react'
import { getImport, type Import, type ImportProblem, startImport } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Check } from '../../../ui/check.tsx'
import { Figure, Figures } from '../../../ui/figure.tsx'
import { Status } from '../../../ui/status.tsx'
import classes from './import.module.css'
import { companyKeyWords, knownWords, personKeyWords } from './import-words.ts'
import { OwnerChoice } from './owner-choice.tsx'
import { PreviewRows } from './preview-rows.tsx'
import { useChangeImport } from './use-imports.ts'

/** What would become of the file, what is wrong with it, and what shall happen with what is known. */
export function CheckStep({ item, onBack }: { item: Import; onBack: () => void }) {
  const queryClient = useQueryClient()
  const start = useAct(startImport, {
    onSuccess: after =>
      queryClient.setQueryData(routeQuery(getImport, { params: { importId: item.id } }).queryKey, after),
    onError: error => sayFailed(error),
  })
  const { findings } = item
  const isChecked = findings?.state === 'done' && findings.revision === item.revision
  const asks = item.columns.some(({ needsDateOrder }) => needsDateOrder)
  const rows = item.findings?.rows ?? 0
  return (
    <>
      <Found item={item} />
      <PreviewRows item={item} />
      <PolicyChoices item={item} />
      <div className={classes.foot}>
        <Button leftSection={<ArrowLeft size={14} aria-hidden="true" />} onClick={onBack}>
          Columns
        </Button>
        {asks ? <span className={classes.about}>The order of the dates is still to be chosen.</span> : null}
        <Button
          variant="filled"
          disabled={!isChecked || asks}
          loading={start.isPending}
          onClick={() => start.mutate({ params: { importId: item.id } })}
        >
          Import {rows.toLocaleString()} {rows === 1 ? 'row' : 'rows'}
        </Button>
      </div>
    </>
  )
}

function Found({ item }: { item: Import }) {
  const { findings } = item
  if (!findings || findings.state === 'running')
    return (
      <p className={classes.checking} role="status">
        <Status kind="running">Checking every row</Status>
        {findings && findings.rows > 0 ? ` ${findings.rows.toLocaleString()} so far` : ''}
      </p>
    )
  if (findings.state === 'failed')
    return (
      <p className={classes.failure} role="alert">
        {findings.failure} Nothing was taken in.
      </p>
    )
  const { people, companies, problems } = findings
  return (
    <section aria-label="What would happen" className={classes.found}>
      <Figures>
        <Figure label="Rows" value={findings.rows.toLocaleString()} />
        {item.object === 'person' ? (
          <>
            <Figure label="New people" value={people.fresh.toLocaleString()} />
            <Figure label="Known people" value={people.matched.toLocaleString()} />
          </>
        ) : null}
        <Figure label="New companies" value={companies.fresh.toLocaleString()} />
        <Figure label="Known companies" value={companies.matched.toLocaleString()} />
      </Figures>
      {problems.length === 0 ? (
        <p className={classes.about}>Every value can be read.</p>
      ) : (
        <ul className={classes.problems} aria-label="Problems">
          {problems.map(problem => (
            <Problem
              key={`${problem.code} ${problem.column} ${problem.severity}`}
              problem={problem}
              item={item}
            />
          ))}
        </ul>
      )}
    </section>
  )
}

const severityWords: Readonly<Record<ImportProblem['severity'], string>> = {
  row: 'Row left out',
  value: 'Value left out',
  note: 'Note',
}

function Problem({ problem, item }: { problem: ImportProblem; item: Import }) {
  const column = item.columns.find(({ index }) => index === problem.column)
  return (
    <li className={classes.problem}>
      <details>
        <summary>
          <ChevronRight size={14} aria-hidden="true" className={classes.chevron} />
          <span className={classes.problemCount}>{problem.count.toLocaleString()}</span>
          <span>
            {column ? <b>{column.name}: </b> : null}
            {problem.message}
          </span>
          <span className={classes.severity} data-kind={problem.severity}>
            {severityWords[problem.severity]}
          </span>
        </summary>
        <ul className={classes.examples}>
          {problem.examples.map(({ line, value }) => (
            <li key={line}>
              Line {line.toLocaleString()}: <code>{value || 'empty'}</code>
            </li>
          ))}
        </ul>
      </details>
    </li>
  )
}

function PolicyChoices({ item }: { item: Import }) {
  const change = useChangeImport(item.id)
  const { policy } = item
  const isOfPeople = item.object === 'person'
  return (
    <section className={classes.policy} aria-label="Choices">
      <Select
        label="When a record is there already"
        allowDeselect={false}
        data={Object.entries(knownWords).map(([value, label]) => ({ value, label }))}
        value={policy.known}
        onChange={known => change({ policy: { known: known as Import['policy']['known'] } })}
      />
      <Select
        label="When a value cannot be read"
        allowDeselect={false}
        data={[
          { value: 'leave_out', label: 'Leave the value out' },
          { value: 'skip_row', label: 'Leave the row out' },
        ]}
        value={policy.faulty}
        onChange={faulty => change({ policy: { faulty: faulty === 'skip_row' ? 'skip_row' : 'leave_out' } })}
      />
      {isOfPeople ? (
        <MultiSelect
          label="People are the same with the same"
          data={Object.entries(personKeyWords).map(([value, label]) => ({ value, label }))}
          value={[...policy.personKeys]}
          onChange={keys => change({ policy: { personKeys: keys as Import['policy']['personKeys'] } })}
        />
      ) : null}
      <MultiSelect
        label="Companies are the same with the same"
        data={Object.entries(companyKeyWords).map(([value, label]) => ({ value, label }))}
        value={[...policy.companyKeys]}
        onChange={keys => change({ policy: { companyKeys: keys as Import['policy']['companyKeys'] } })}
      />
      <OwnerChoice value={policy.ownerUserId} onChange={ownerUserId => change({ policy: { ownerUserId } })} />
      <TagsInput
        label="Tags for all of them"
        value={[...policy.tags]}
        onChange={tags => change({ policy: { tags } })}
      />
      {isOfPeople ? (
        // biome-ignore lint/a11y/noLabelWithoutControl: the check box stands in it
        <label className={classes.workflows}>
          <Check
            checked={policy.startWorkflows}
            onChange={event => change({ policy: { startWorkflows: event.currentTarget.checked } })}
          />
          <span>
            Start workflows for every new person
            <span className={classes.about}> Otherwise nothing starts and nobody is written to.</span>
          </span>
        </label>
      ) : null}
    </section>
  )
}

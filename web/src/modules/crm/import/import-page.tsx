import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Import } from '#modules/crm/contract.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useTitle } from '../../../shell/use-title.ts'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { CheckStep } from './check-step.tsx'
import { ColumnsStep } from './columns-step.tsx'
import classes from './import.module.css'
import { importStatuses } from './import-words.ts'
import { ResultStep } from './result-step.tsx'
import { type Step, Steps } from './steps.tsx'
import { useImport } from './use-imports.ts'
import { useKeptFocus } from './use-kept-focus.ts'

/** One import on its way: it can be left at any step and is found again where it was. */
export function ImportPage() {
  const { importId } = useParams({ from: '/app/imports/$importId' })
  const { data, error, refetch } = useImport(importId)
  useTitle(data?.fileName ?? 'Import')
  const status = data ? importStatuses[data.status] : undefined
  return (
    <Page>
      <PageHeader
        trail={[
          <Link key="list" to="/imports">
            Imports
          </Link>,
        ]}
        title={data?.fileName ?? 'Import'}
        meta={status ? <Status kind={status.kind}>{status.word}</Status> : null}
      />
      <PageBody>
        {data ? (
          <Flow item={data} />
        ) : error ? (
          <PageError error={error} reset={() => void refetch()} />
        ) : (
          <TableSkeleton />
        )}
      </PageBody>
    </Page>
  )
}

function Flow({ item }: { item: Import }) {
  const [step, setStep] = useState<Step>('columns')
  const isOpen = item.status === 'mapping'
  const place = useKeptFocus<HTMLElement>(isOpen ? step : item.status)
  if (item.status === 'uploading')
    return (
      <div className={classes.flow}>
        <Steps current="file" />
        <p>
          The upload of this file was interrupted. <Link to="/imports/new">Send it again.</Link>
        </p>
      </div>
    )
  if (!isOpen)
    return (
      <div className={classes.flow}>
        <Steps current="result" />
        <section ref={place} tabIndex={-1} className={classes.stage} aria-label="Result">
          <ResultStep item={item} />
        </section>
      </div>
    )
  return (
    <div className={classes.flow}>
      <Steps current={step} onGo={setStep} />
      <section
        ref={place}
        tabIndex={-1}
        className={classes.stage}
        aria-label={step === 'columns' ? 'What the columns are' : 'Check'}
      >
        {step === 'columns' ? (
          <ColumnsStep item={item} onNext={() => setStep('check')} />
        ) : (
          <CheckStep item={item} onBack={() => setStep('columns')} />
        )}
      </section>
    </div>
  )
}

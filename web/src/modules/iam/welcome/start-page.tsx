import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { updateOrganization } from '#modules/iam/contract.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { sessionQuery } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Bar } from '../../../ui/skeleton.tsx'
import { StatusIcon } from '../../../ui/status.tsx'
import { type Step, useSteps } from './use-steps.ts'
import classes from './welcome.module.css'

/** The first steps of an organization. It goes when they are done, or when nobody wants it. */
export function StartPage() {
  useTitle('Get started')
  const steps = useSteps()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [isLeaving, setLeaving] = useState(false)
  const act = useAct(updateOrganization, {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      await navigate({ to: '/leads' })
    },
    onError: error => {
      setLeaving(false)
      sayFailed(error, finish)
    },
  })
  function finish() {
    setLeaving(true)
    act.mutate({ body: { onboarding: 'done' } })
  }
  const done = steps?.filter(({ isDone }) => isDone).length ?? 0
  const isAllDone = steps !== undefined && done === steps.length
  return (
    <Page>
      <PageHeader
        title="Get started"
        meta={steps ? `${done} of ${steps.length}` : null}
        actions={
          <Button variant={isAllDone ? 'filled' : 'default'} loading={isLeaving} onClick={finish}>
            {isAllDone ? 'Finish' : 'Dismiss'}
          </Button>
        }
      />
      <PageBody>
        <div className={classes.column}>
          {isAllDone ? (
            <p className={classes.lead}>Everything is set up. This page leaves with you.</p>
          ) : null}
          {steps ? (
            <ol className={classes.steps}>
              {steps.map(step => (
                <li key={step.id} className={classes.step} data-done={step.isDone}>
                  <StatusIcon kind={step.isDone ? 'done' : 'pending'} />
                  <div className={classes.words}>
                    <span className={classes.name}>
                      {step.title}
                      <span className="visually-hidden">{step.isDone ? ', done' : ', to do'}</span>
                    </span>
                    <span className={classes.about}>{step.about}</span>
                  </div>
                  {step.isDone ? null : ways[step.id]}
                </li>
              ))}
            </ol>
          ) : (
            <div className="appear-late" role="status" aria-label="Loading">
              <Bar width="70%" />
            </div>
          )}
        </div>
      </PageBody>
    </Page>
  )
}

const ways: Readonly<Record<Step['id'], ReactNode>> = {
  form: (
    <Button component={Link} to="/welcome">
      Choose a form
    </Button>
  ),
  entry: (
    <Button component={Link} to="/leads">
      Open the board
    </Button>
  ),
  team: (
    <Button component={Link} to="/settings/members">
      Invite
    </Button>
  ),
  look: (
    <Button component={Link} to="/settings/branding">
      Choose a look
    </Button>
  ),
}

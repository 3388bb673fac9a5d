import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { Columns3, UserRoundPlus } from 'lucide-react'
import { useEffect, useState } from 'react'
import { problemWords } from '../../shell/problem.ts'
import { useMay, useSession } from '../../shell/session.ts'
import { useTitle } from '../../shell/use-title.ts'
import { useViewed } from '../../shell/view-as.ts'
import { Choice } from '../../ui/choice.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Page } from '../../ui/page.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { BoardSkeleton } from '../../ui/skeleton.tsx'
import { ColumnsPanel } from './columns/columns-panel.tsx'
import { FormActions } from './form-actions.tsx'
import classes from './leads.module.css'
import { useLeadsWorkflow } from './use-leads-workflow.ts'
import { WorkflowBoard } from './workflow-board.tsx'
import { WorkflowMenu } from './workflow-menu.tsx'

const whose = [
  { value: 'all', label: 'All' },
  { value: 'mine', label: 'Mine' },
] as const

/** The leads of one workflow by status. */
export function LeadsBoard({ openId }: { openId: string | undefined }) {
  useTitle('Leads')
  const { user } = useSession()
  // In somebody else's view "mine" would still be one's own.
  const viewed = useViewed()
  const [shown, setShown] = useState<'all' | 'mine'>('all')
  const { list, workflows, chosenId, name, choose } = useLeadsWorkflow()
  const navigate = useNavigate()
  const mayArrange = useMay('pipelines:manage')
  const [arranging, setArranging] = useState(false)
  // One panel over the board at a time.
  useEffect(() => {
    if (openId !== undefined) setArranging(false)
  }, [openId])
  const words = list.error && !list.data ? problemWords(list.error) : undefined
  return (
    <Page>
      <PageHeader
        title="Leads"
        meta={
          name ? (
            <WorkflowMenu workflows={workflows} chosenId={chosenId} name={name} onChoose={choose} />
          ) : null
        }
        actions={
          chosenId ? (
            <>
              {viewed ? null : (
                <Choice label="Whose leads" options={whose} value={shown} onChange={setShown} />
              )}
              {mayArrange ? (
                <Button
                  leftSection={<Columns3 size={14} />}
                  aria-expanded={arranging}
                  onClick={() => {
                    if (openId !== undefined) navigate({ to: '/leads', search: true })
                    setArranging(!arranging)
                  }}
                >
                  Columns
                </Button>
              ) : null}
              <FormActions key={chosenId} workflowId={chosenId} />
            </>
          ) : null
        }
      />
      {words ? (
        <div className={classes.notice}>
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={() => list.refetch()}
          />
        </div>
      ) : null}
      {list.isPending && chosenId === undefined ? <BoardSkeleton /> : null}
      {list.data && chosenId === undefined ? (
        <EmptyState
          icon={<UserRoundPlus size={20} />}
          action={
            <Button component={Link} to="/workflows">
              Open the workflows
            </Button>
          }
        >
          Everyone who sends a form becomes a lead and stands here as a card. A workflow that begins with a
          form brings the first.
        </EmptyState>
      ) : null}
      {chosenId ? (
        <WorkflowBoard
          key={chosenId}
          workflowId={chosenId}
          openId={openId}
          ownerUserId={shown === 'mine' ? user.id : undefined}
        />
      ) : null}
      {chosenId && arranging && openId === undefined ? (
        <ColumnsPanel key={`columns ${chosenId}`} workflowId={chosenId} onClose={() => setArranging(false)} />
      ) : null}
    </Page>
  )
}

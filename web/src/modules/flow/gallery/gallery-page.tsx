import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { LayoutTemplate, Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { listTemplates, type WorkflowTemplateSummary } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { useMay } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Choice } from '../../../ui/choice.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { CreateWorkflow } from '../workflows/create-workflow.tsx'
import { WorkflowsTabs } from '../workflows/workflows-tabs.tsx'
import classes from './gallery.module.css'
import { TemplateCard } from './template-card.tsx'
import { TemplatePanel } from './template-panel.tsx'
import { CATEGORIES, CATEGORY_WORDS, templatesFor } from './template-words.ts'

const from = '/app/workflow-templates' as const

/** Workflows to begin with, what each does and what it needs. */
export function GalleryPage() {
  useTitle('Templates')
  const list = useQuery(routeQuery(listTemplates, {}))
  const { template } = useSearch({ from })
  const navigate = useNavigate({ from: '/workflow-templates' })
  const mayCreate = useMay('workflows:write')
  const show = (key: string | undefined) =>
    navigate({ search: old => ({ ...old, template: key }), replace: true })
  return (
    <Page>
      <PageHeader
        title="Workflows"
        actions={mayCreate ? <CreateWorkflow /> : null}
        tabs={<WorkflowsTabs />}
      />
      <PageBody>
        {list.isError ? (
          <PageError error={list.error} reset={list.refetch} />
        ) : list.data === undefined ? (
          <RecordSkeleton />
        ) : (
          <Gallery all={list.data.items} onShow={show} chosen={template} />
        )}
      </PageBody>
      {template === undefined ? null : (
        <TemplatePanel key={template} templateKey={template} onClose={() => show(undefined)} />
      )}
    </Page>
  )
}

interface GalleryProps {
  all: readonly WorkflowTemplateSummary[]
  chosen: string | undefined
  onShow: (key: string) => void
}

function Gallery({ all, chosen, onShow }: GalleryProps) {
  const { category } = useSearch({ from })
  const navigate = useNavigate({ from: '/workflow-templates' })
  const [typed, setTyped] = useState('')
  const groups = useMemo(() => templatesFor(all, category, typed), [all, category, typed])
  const offered = CATEGORIES.filter(each => all.some(template => template.category === each))
  return (
    <>
      <div className={classes.bar}>
        <TextInput
          aria-label="Search templates"
          placeholder="Search templates"
          leftSection={<Search size={14} aria-hidden="true" />}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <div className={classes.categories}>
          <Choice
            label="What it is about"
            options={[
              { value: 'all', label: 'All' },
              ...offered.map(value => ({ value, label: CATEGORY_WORDS[value] })),
            ]}
            value={category ?? 'all'}
            onChange={value =>
              navigate({
                search: old => ({ ...old, category: CATEGORIES.find(each => each === value) }),
                replace: true,
              })
            }
          />
        </div>
      </div>
      {groups.length === 0 ? (
        <EmptyState icon={<LayoutTemplate size={20} />}>
          No template has this in its name or description. Clear the search to see all of them.
        </EmptyState>
      ) : null}
      {groups.map(group => (
        <section key={group.category} className={classes.group} aria-label={CATEGORY_WORDS[group.category]}>
          <h2 className={classes.heading}>{CATEGORY_WORDS[group.category]}</h2>
          <ul className={classes.cards}>
            {group.items.map(template => (
              <li key={template.key}>
                <TemplateCard
                  template={template}
                  isChosen={template.key === chosen}
                  onShow={() => onShow(template.key)}
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}

import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronDown, ChevronUp } from 'lucide-react'
import type { RecordObject } from '#modules/crm/contract.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { recordPlace } from '../fields/record-link.tsx'
import { useNeighbours } from './neighbours.ts'
import { access } from './record-access.ts'
import classes from './record-page.module.css'
import type { RecordTab } from './record-tabs.ts'
import { RecordView } from './record-view.tsx'
import { useRecord } from './use-record.ts'

interface RecordPageProps {
  object: RecordObject
  id: string
  tab: RecordTab | undefined
}

/** A person, a company or a deal as a page of its own. */
export function RecordPage({ object, id, tab = 'activity' }: RecordPageProps) {
  const navigate = useNavigate()
  const { word, list, listPlace } = access[object]
  const { record } = useRecord({ object, id })
  const { before, after } = useNeighbours(object, id)
  const name = record?.name || word[0]?.toUpperCase() + word.slice(1)
  useTitle(name)
  const go = (to: string) => navigate({ ...recordPlace(object, to), search: true, replace: true })
  useShortcuts([
    ...(after ? [{ keys: 'j', label: `Next ${word}`, group: 'Record', run: () => void go(after) }] : []),
    ...(before
      ? [{ keys: 'k', label: `Previous ${word}`, group: 'Record', run: () => void go(before) }]
      : []),
  ])
  return (
    <Page>
      <PageHeader
        trail={[
          <Link key="list" to={listPlace}>
            {list}
          </Link>,
        ]}
        title={name}
        actions={
          before || after ? (
            <>
              <IconButton
                label="Previous"
                keys="k"
                disabled={!before}
                onClick={() => before && void go(before)}
              >
                <ChevronUp size={16} />
              </IconButton>
              <IconButton label="Next" keys="j" disabled={!after} onClick={() => after && void go(after)}>
                <ChevronDown size={16} />
              </IconButton>
            </>
          ) : null
        }
      />
      <PageBody>
        <div className={classes.wide}>
          <RecordView
            target={{ object, id }}
            tab={tab}
            onTab={next =>
              void navigate({
                ...recordPlace(object, id),
                search: next === 'activity' ? {} : { tab: next },
                replace: true,
                resetScroll: false,
              })
            }
            heading="h2"
            onLeave={() => void navigate({ to: listPlace })}
          />
        </div>
      </PageBody>
    </Page>
  )
}

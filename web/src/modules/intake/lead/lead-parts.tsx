import { Link } from '@tanstack/react-router'
import { type ReactNode, useId } from 'react'
import type { LeadDetail } from '#modules/intake/contract.ts'
import { useMay } from '../../../shell/session.ts'
import { Facts } from '../../../ui/facts.tsx'
import { answerWords } from '../answer-words.ts'
import { LeadUploads } from '../sources/lead-uploads.tsx'
import classes from './lead.module.css'
import { LeadRuns } from './lead-runs.tsx'
import { LeadTimeline } from './lead-timeline.tsx'
import { ShareList } from './share-list.tsx'

interface PartProps {
  title: string
  heading: 'h2' | 'h3'
  children: ReactNode
}

function Part({ title, heading: Heading, children }: PartProps) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <Heading id={id} className={classes.partTitle}>
        {title}
      </Heading>
      {children}
    </section>
  )
}

function Answers({ lead }: { lead: LeadDetail }) {
  if (lead.answers.length === 0) return <p className={classes.none}>Nothing was answered.</p>
  return (
    <Facts
      items={lead.answers.map(answer => ({
        label: answer.archived ? `${answer.label} (no longer asked)` : answer.label,
        value: <Answer {...answer} />,
      }))}
    />
  )
}

function Answer({ type, value }: LeadDetail['answers'][number]) {
  const words = answerWords(type, value)
  const isPage = type === 'URL' && /^https?:\/\//.test(value)
  return (
    <span className={classes.answer}>
      {isPage ? (
        <a href={value} target="_blank" rel="noreferrer noopener nofollow">
          {words}
        </a>
      ) : (
        words
      )}
    </span>
  )
}

const stages = { lead: 'Lead', prospect: 'Prospect', active: 'Active customer', churned: 'Former customer' }

function Person({ lead: { person, email } }: { lead: LeadDetail }) {
  if (!person) return <p className={classes.none}>The person was deleted. What they answered stays here.</p>
  const phone = person.phone ?? person.mobile
  const rows: { label: string; value: ReactNode }[] = [
    { label: 'Name', value: <PersonLink id={person.id} name={person.name} /> },
    // The address they wrote from stands above already.
    { label: 'E-mail', value: person.email === email ? null : person.email },
    { label: 'Company', value: person.company && <CompanyLink {...person.company} /> },
    { label: 'Position', value: person.title },
    { label: 'Phone', value: phone && <a href={`tel:${phone.replaceAll(' ', '')}`}>{phone}</a> },
    { label: 'Stage', value: stages[person.lifecycleStage] },
    { label: 'Tags', value: person.tags.join(', ') },
  ]
  return <Facts items={rows.filter(row => row.value)} />
}

function PersonLink({ id, name }: { id: string; name: string }) {
  const may = useMay('people:read')
  return may ? (
    <Link to="/people/$personId" params={{ personId: id }}>
      {name}
    </Link>
  ) : (
    name
  )
}

function CompanyLink({ id, name }: { id: string; name: string }) {
  const may = useMay('companies:read')
  return may ? (
    <Link to="/companies/$companyId" params={{ companyId: id }}>
      {name}
    </Link>
  ) : (
    name
  )
}

/** All that is known of a lead: answers, person, runs, and what happened. */
export function LeadParts({ lead, heading }: { lead: LeadDetail; heading: 'h2' | 'h3' }) {
  const mayReadRuns = useMay('runs:read')
  const mayReadShares = useMay('shares:read')
  return (
    <div className={classes.parts}>
      <div className={classes.answers}>
        <Part title="Answers" heading={heading}>
          <Answers lead={lead} />
        </Part>
        {lead.answers.some(({ type }) => type === 'FILE') ? (
          <Part title="Files" heading={heading}>
            <LeadUploads leadId={lead.id} />
          </Part>
        ) : null}
      </div>
      <div className={classes.side}>
        <Part title="Person" heading={heading}>
          <Person lead={lead} />
        </Part>
        {mayReadShares ? (
          <Part title="Shared with" heading={heading}>
            <ShareList leadId={lead.id} />
          </Part>
        ) : null}
        {mayReadRuns ? (
          <Part title="Runs" heading={heading}>
            <LeadRuns lead={lead} />
          </Part>
        ) : null}
      </div>
      <div className={classes.history}>
        <Part title="What happened" heading={heading}>
          <LeadTimeline lead={lead} />
        </Part>
      </div>
    </div>
  )
}

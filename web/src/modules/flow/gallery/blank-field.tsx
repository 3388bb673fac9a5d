import { Autocomplete, NumberInput, TagsInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { WorkflowTemplateSummary } from '#modules/flow/contract.ts'
import { listMembers } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay } from '../../../shell/session.ts'

export type Blank = WorkflowTemplateSummary['blanks'][number]
export type BlankValue = Blank['value']

interface BlankFieldProps {
  blank: Blank
  value: BlankValue
  onChange: (value: BlankValue) => void
}

/** The control for one thing a template asks for, by its kind. */
export function BlankField({ blank, value, onChange }: BlankFieldProps) {
  const { title, kind } = blank
  const text = Array.isArray(value) ? value.join(', ') : String(value)
  switch (kind) {
    case 'member':
      return <MemberField title={title} value={text} onChange={onChange} />
    case 'members':
      return <MembersField title={title} value={Array.isArray(value) ? value : []} onChange={onChange} />
    case 'number':
      return (
        <NumberInput
          label={title}
          value={typeof value === 'number' ? value : text}
          onChange={next => onChange(next === '' ? '' : Number(next))}
        />
      )
    case 'time_zone':
      return (
        <Autocomplete
          label={title}
          data={Intl.supportedValuesOf('timeZone')}
          limit={8}
          value={text}
          onChange={onChange}
        />
      )
    default:
      return (
        <TextInput
          label={title}
          type={kind === 'email' ? 'email' : kind === 'url' ? 'url' : 'text'}
          value={text}
          onChange={event => onChange(event.currentTarget.value)}
        />
      )
  }
}

function useAddresses(): string[] {
  const may = useMay('members:read')
  const { data } = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    enabled: may,
  })
  return data?.items.map(member => member.email) ?? []
}

interface MemberFieldProps<T> {
  title: string
  value: T
  onChange: (value: T) => void
}

function MemberField({ title, value, onChange }: MemberFieldProps<string>) {
  const addresses = useAddresses()
  return (
    <Autocomplete
      label={title}
      placeholder="name@company.com"
      data={addresses}
      value={value}
      onChange={onChange}
    />
  )
}

function MembersField({ title, value, onChange }: MemberFieldProps<string[]>) {
  const addresses = useAddresses()
  return <TagsInput label={title} data={addresses} value={value} onChange={onChange} maxTags={50} />
}

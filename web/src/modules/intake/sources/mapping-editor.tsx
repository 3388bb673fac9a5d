import { Autocomplete, Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Wand2 } from 'lucide-react'
import {
  type Form,
  getLeadDelivery,
  listLeadDeliveries,
  type MappedLead,
  previewMapping,
  type Source,
  SourceMapping,
} from '#modules/intake/contract.ts'
import { call, routeQuery } from '../../../shell/api.ts'
import { useMay } from '../../../shell/session.ts'
import { Facts } from '../../../ui/facts.tsx'
import { guessPath, pathsIn, type SamplePath } from './sample-paths.ts'
import classes from './sources.module.css'

interface MappingEditorProps {
  source: Source
  form: Form
  mapping: SourceMapping
  errors: Readonly<Record<string, string>>
  onChange: (mapping: SourceMapping) => void
}

/** The newest delivery with its content, to draw the mapping from. */
function useSample(source: Source) {
  const may = useMay('leads:read')
  const newest = useQuery({
    ...routeQuery(listLeadDeliveries, { params: { leadSourceId: source.id }, query: { limit: 1 } }),
    enabled: may,
  })
  const id = newest.data?.items[0]?.id
  const sample = useQuery({
    ...routeQuery(getLeadDelivery, { params: { leadDeliveryId: id ?? '' } }),
    enabled: id !== undefined,
  })
  return id === undefined ? undefined : sample.data
}

/** Fields of the lead and of the form, each with the path of what fills it in; and what comes of the newest delivery. */
export function MappingEditor({ source, form, mapping, errors, onChange }: MappingEditorProps) {
  const sample = useSample(source)
  const paths = pathsIn(sample?.body)
  const emailKey = form.fields.find(({ type }) => type === 'EMAIL')?.key
  const asked = form.fields.filter(
    ({ key, type }) => key !== emailKey && type !== 'FILE' && type !== 'CONSENT',
  )
  const putAnswer = (key: string, path: string) => {
    const { [key]: _, ...others } = mapping.answers
    onChange({ ...mapping, answers: path === '' ? others : { ...others, [key]: path } })
  }
  const guess = () =>
    onChange({
      email: mapping.email || (guessPath(paths, 'email') ?? ''),
      name: mapping.name ?? guessPath(paths, 'name'),
      phone: mapping.phone ?? guessPath(paths, 'phone'),
      answers: {
        ...Object.fromEntries(
          asked.flatMap(({ key }) => {
            const path = guessPath(paths, key)
            return path === null ? [] : [[key, path]]
          }),
        ),
        ...mapping.answers,
      },
    })
  return (
    <div className={classes.stack}>
      {sample === undefined ? (
        <p className={classes.quiet}>
          Send something to the address above, and choose from what it holds here. Paths can also be typed.
        </p>
      ) : (
        <Button leftSection={<Wand2 size={14} aria-hidden="true" />} onClick={guess}>
          Fill in from the last delivery
        </Button>
      )}
      <div className={classes.fields}>
        <PathInput
          label="E-mail address"
          isRequired
          paths={paths}
          path={mapping.email}
          error={errors['mapping.email']}
          onChange={email => onChange({ ...mapping, email })}
        />
        <PathInput
          label="Name"
          paths={paths}
          path={mapping.name ?? ''}
          error={errors['mapping.name']}
          onChange={name => onChange({ ...mapping, name: name === '' ? null : name })}
        />
        <PathInput
          label="Phone"
          paths={paths}
          path={mapping.phone ?? ''}
          error={errors['mapping.phone']}
          onChange={phone => onChange({ ...mapping, phone: phone === '' ? null : phone })}
        />
        {asked.map(({ key, label }) => (
          <PathInput
            key={key}
            label={label}
            paths={paths}
            path={mapping.answers[key] ?? ''}
            error={errors[`mapping.answers.${key}`]}
            onChange={path => putAnswer(key, path)}
          />
        ))}
      </div>
      {sample ? <Preview deliveryId={sample.id} mapping={mapping} form={form} /> : null}
    </div>
  )
}

interface PathInputProps {
  label: string
  isRequired?: boolean
  paths: readonly SamplePath[]
  path: string
  error: string | undefined
  onChange: (path: string) => void
}

function PathInput({ label, isRequired = false, paths, path, error, onChange }: PathInputProps) {
  const shown = paths.find(each => each.path === path)?.value
  const values = new Map(paths.map(each => [each.path, each.value]))
  return (
    <Autocomplete
      label={label}
      withAsterisk={isRequired}
      placeholder={isRequired ? 'contact.email' : undefined}
      description={path === '' ? undefined : shown === undefined ? undefined : `“${shown.slice(0, 80)}”`}
      data={paths.map(each => each.path)}
      limit={50}
      value={path}
      error={error}
      renderOption={({ option }) => (
        <span>
          {option.value} <span className={classes.quiet}>{values.get(option.value)?.slice(0, 60)}</span>
        </span>
      )}
      onChange={onChange}
    />
  )
}

/** What comes of the newest delivery with the mapping as it stands. */
function Preview({ deliveryId, mapping, form }: { deliveryId: string; mapping: SourceMapping; form: Form }) {
  const [settled] = useDebouncedValue(mapping, 300)
  const isWhole = SourceMapping.safeParse(settled).success
  const { data } = useQuery({
    queryKey: [previewMapping.id, deliveryId, settled],
    queryFn: ({ signal }) =>
      call(
        previewMapping,
        { params: { leadDeliveryId: deliveryId }, body: { mapping: settled } },
        { signal },
      ),
    enabled: isWhole,
    placeholderData: before => before,
  })
  if (!isWhole || data === undefined) return null
  const labels = new Map(form.fields.map(({ key, label }) => [key, label]))
  return (
    <section className={classes.preview} aria-label="The lead that the last delivery makes">
      <p className={classes.quiet}>The last delivery makes this lead:</p>
      <PreviewFacts lead={data} form={form} />
      {data.problems.length > 0 ? (
        <ul className={classes.problems}>
          {data.problems.map(({ field, message }) => (
            <li key={`${field} ${message}`}>
              {field === 'email' ? 'E-mail address' : (labels.get(field) ?? field)}: {message}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}

function PreviewFacts({ lead, form }: { lead: MappedLead; form: Form }) {
  const { email, name, answers } = lead
  // What names the lead stands above the answers already.
  const told = form.fields.filter(
    ({ key }) => answers[key] !== undefined && ![email, name].includes(answers[key]),
  )
  const rows = [
    { label: 'E-mail address', value: email ?? 'None' },
    { label: 'Name', value: name },
    ...told.map(({ key, label }) => ({ label, value: answers[key] ?? '' })),
  ]
  return <Facts items={rows.filter(({ value }) => value !== null)} />
}

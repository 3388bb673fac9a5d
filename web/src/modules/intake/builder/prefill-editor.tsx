import { Menu, TextInput } from '@mantine/core'
import { ChevronDown } from 'lucide-react'
import { IconButton } from '../../../ui/icon-button.tsx'
import classes from './builder.module.css'
import { useBuilder } from './builder-context.ts'
import type { DraftField, Prefill } from './draft.ts'
import { problemAt } from './draft-problems.ts'

/** What campaigns put into the addresses they link to. */
const CAMPAIGN = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content', 'gclid', 'ref']

interface PrefillEditorProps {
  field: DraftField
  onChange: (prefill: Prefill | undefined) => void
}

/** What fills a field in before anybody types: a parameter of the page's address, else a fixed value. */
export function PrefillEditor({ field, onChange }: PrefillEditorProps) {
  const { problems, isReadOnly } = useBuilder()
  const { parameter = '', value = '' } = field.prefill ?? {}
  const put = (next: Prefill) => {
    const [name, fixed] = [next.parameter || undefined, next.value || undefined]
    const filled = { ...(name ? { parameter: name } : {}), ...(fixed ? { value: fixed } : {}) }
    onChange(name || fixed ? filled : undefined)
  }
  const wrong = (name: string) => problemAt(problems, field.key, ['prefill', name])
  return (
    <fieldset className={classes.group} disabled={isReadOnly}>
      <legend className="visually-hidden">Filled in before</legend>
      <TextInput
        label="Parameter of the address"
        description={`?${parameter || field.key}=… fills it in`}
        placeholder={field.key}
        classNames={{ input: classes.code ?? '' }}
        value={parameter}
        maxLength={64}
        error={wrong('parameter')}
        rightSection={
          <Menu position="bottom-end" width={180}>
            <Menu.Target>
              <IconButton label="Parameters of campaigns" size="sm">
                <ChevronDown size={14} />
              </IconButton>
            </Menu.Target>
            <Menu.Dropdown>
              {CAMPAIGN.map(name => (
                <Menu.Item key={name} onClick={() => put({ parameter: name, value })}>
                  {name}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        }
        onChange={event => put({ parameter: event.currentTarget.value, value })}
      />
      <TextInput
        label="When the address says nothing"
        placeholder="Empty"
        value={value}
        maxLength={200}
        error={wrong('value')}
        onChange={event => put({ parameter, value: event.currentTarget.value })}
      />
    </fieldset>
  )
}

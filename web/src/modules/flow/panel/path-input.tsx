import { Autocomplete } from '@mantine/core'
import { useMemo } from 'react'
import classes from './path-input.module.css'
import { useReadable } from './use-variables.ts'
import { matching, sampleWords } from './variables.ts'

interface PathInputProps {
  label: string
  value: string
  onChange: (value: string) => void
}

/** The path of a value to look at, chosen from what can be read here or written out. */
export function PathInput({ label, value, onChange }: PathInputProps) {
  const { items } = useReadable()
  const byPath = useMemo(() => new Map(items.map(item => [item.path, item])), [items])
  const groups = useMemo(() => {
    const names = [...new Set(items.map(({ group }) => group))]
    return names.map(group => ({
      group,
      items: [...new Set(items.filter(item => item.group === group).map(({ path }) => path))],
    }))
  }, [items])
  const known = byPath.get(value)
  return (
    <div className={classes.whole}>
      <Autocomplete
        aria-label={label}
        placeholder="Choose a value"
        data={groups}
        value={value}
        onChange={onChange}
        comboboxProps={{ width: 300, position: 'bottom-start' }}
        maxDropdownHeight={288}
        filter={({ options, search, limit }) => {
          // What is chosen already hides nothing from somebody who wants another one.
          const wanted = byPath.has(search) ? '' : search
          return options.flatMap(option => {
            if (!('group' in option)) return []
            const found = matching(
              option.items.flatMap(({ value: path }) => byPath.get(path) ?? []),
              wanted,
              limit,
            )
            return found.length === 0
              ? []
              : [{ group: option.group, items: found.map(({ path }) => ({ value: path, label: path })) }]
          })
        }}
        renderOption={({ option }) => {
          const item = byPath.get(option.value)
          return (
            <span className={classes.option}>
              <span className={classes.title}>{item?.title ?? option.value}</span>
              <span className={classes.sample}>{sampleWords(item?.sample)}</span>
              <code className={classes.path}>{option.value}</code>
            </span>
          )
        }}
      />
      {known ? (
        <p className={classes.known}>
          {known.group}: {known.title}
          {sampleWords(known.sample) === '' ? '' : `, such as ${sampleWords(known.sample)}`}
        </p>
      ) : null}
    </div>
  )
}

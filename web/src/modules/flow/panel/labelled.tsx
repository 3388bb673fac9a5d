import { CircleAlert } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { useIssue } from './form-context.ts'
import classes from './labelled.module.css'
import type { SettingPath } from './paths.ts'

interface LabelledProps {
  label: string
  about?: string | undefined
  path: SettingPath
  isOptional?: boolean | undefined
  /** Whether problems further inside are shown here too, because what is drawn shows none itself. */
  isDeep?: boolean | undefined
  children: ReactNode
}

/** Several controls that together are one setting, with its name, what it is for and what is wrong with it. */
export function Labelled({
  label,
  about,
  path,
  isOptional = false,
  isDeep = false,
  children,
}: LabelledProps) {
  const issue = useIssue(path, isDeep)
  const id = useId()
  return (
    <fieldset className={classes.labelled} aria-describedby={about ? `${id}-about` : undefined}>
      <legend className={classes.label}>
        {label}
        {isOptional ? <span className={classes.optional}>optional</span> : null}
      </legend>
      {children}
      {about ? (
        <p className={classes.about} id={`${id}-about`}>
          {about}
        </p>
      ) : null}
      {issue ? (
        <p className={classes.issue} data-gap={issue.isGap || undefined}>
          <CircleAlert size={14} aria-hidden="true" />
          {issue.message}
        </p>
      ) : null}
    </fieldset>
  )
}

import { NewsNotice } from '../../../shell/news-notice.tsx'
import classes from './builder.module.css'
import { useBuilder, useSnapshot } from './builder-context.ts'
import type { Draft } from './draft.ts'
import { settingWords } from './draft-changes.ts'
import type { DraftConflict } from './draft-merge.ts'
import { withTheirs } from './theirs.ts'

/** What somebody else did to the form meanwhile. */
export function FormNews() {
  const { session } = useBuilder()
  const { news, value } = useSnapshot(session)
  if (!news) return null
  return (
    <NewsNotice
      news={news}
      what="form"
      className={classes.news}
      wordsOf={conflict => ({
        key: `${conflict.field} ${conflict.setting}`,
        about: aboutWords(conflict, value),
        mine: valueWords(conflict.mine),
        theirs: valueWords(conflict.theirs),
      })}
      onTake={conflict => {
        session.apply(withTheirs(session.get().value, conflict))
        session.settle(conflict)
      }}
      onKeep={session.settle}
      onClose={session.readNews}
    />
  )
}

function aboutWords({ field, setting, mine, theirs }: DraftConflict, draft: Draft): string {
  if (field === undefined) return settingWords(setting ?? '', false)
  const there = [draft.fields.find(({ key }) => key === field), mine, theirs].find(isField)
  const name = `“${there?.label || field}”`
  return setting === undefined ? name : `${name}, ${settingWords(setting, true)}`
}

function isField(value: unknown): value is { label: string; key: string } {
  return typeof value === 'object' && value !== null && 'label' in value && 'key' in value
}

function valueWords(value: unknown): string {
  if (value === undefined) return 'taken out'
  if (isField(value)) return 'kept, with changes'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (value === '' || value === null) return 'nothing'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

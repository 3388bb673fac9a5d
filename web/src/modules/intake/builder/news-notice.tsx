import { Button } from '@mantine/core'
import { X } from 'lucide-react'
import { IconButton } from '../../../ui/icon-button.tsx'
import classes from './builder.module.css'
import { useBuilder, useSnapshot } from './builder-context.ts'
import type { Draft } from './draft.ts'
import { settingWords } from './draft-changes.ts'
import type { DraftConflict } from './draft-merge.ts'
import { newsWords } from './session.ts'
import { withTheirs } from './theirs.ts'

/** Says what somebody else did meanwhile, and offers theirs where both did the same. */
export function NewsNotice() {
  const { session } = useBuilder()
  const { news, value } = useSnapshot(session)
  if (!news) return null
  return (
    <section className={classes.news} aria-label="What others changed">
      <div className={classes.line}>
        <p className={classes.grows}>{newsWords(news)}</p>
        <IconButton label="Close" size="sm" onClick={session.readNews}>
          <X size={14} />
        </IconButton>
      </div>
      {news.conflicts.map(conflict => (
        <div key={`${conflict.field} ${conflict.setting}`} className={classes.conflict}>
          <strong>{aboutWords(conflict, value)}</strong>
          <p className={classes.hint}>Yours: {valueWords(conflict.mine)}</p>
          <p className={classes.hint}>
            {news.by ?? 'Theirs'}: {valueWords(conflict.theirs)}
          </p>
          <div className={classes.line}>
            <Button
              size="compact-xs"
              onClick={() => {
                session.apply(withTheirs(session.get().value, conflict))
                session.settle(conflict)
              }}
            >
              Take theirs
            </Button>
            <Button size="compact-xs" onClick={() => session.settle(conflict)}>
              Keep yours
            </Button>
          </div>
        </div>
      ))}
    </section>
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
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

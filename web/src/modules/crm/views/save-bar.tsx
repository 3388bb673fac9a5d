import { Button } from '@mantine/core'
import { useState } from 'react'
import { createView, type RecordObject } from '#modules/crm/contract.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { settingsOf } from '../list/list-state.ts'
import type { ListLook } from '../list/use-list-state.ts'
import { NameView } from './name-view.tsx'
import { renewViews, useChangeView } from './use-views.ts'
import classes from './views.module.css'

/** What was changed about a view is the reader's alone until it is saved: the ways on. */
export function SaveBar({ object, look }: { object: RecordObject; look: ListLook }) {
  const { view, state, isChanged, reset, openView } = look
  const [isNaming, setNaming] = useState(false)
  const maySave = useMay('views:read')
  const mayShare = useMay('views:write')
  const change = useChangeView()
  const create = useAct(createView, {
    onSuccess: async made => {
      await renewViews()
      openView(made)
    },
    onError: error => sayFailed(error),
  })
  if (!isChanged || !maySave) return null
  const save = async () => {
    if (view && (await change.save(view, { type: state.type, settings: settingsOf(state) }))) reset()
  }
  return (
    <section className={classes.save} aria-label="Changes of the view">
      <span className={classes.words}>
        {view ? `“${view.name}” is changed for you alone.` : 'This is not saved as a view.'}
      </span>
      {view?.mayChange ? (
        <Button size="xs" variant="filled" onClick={() => void save()}>
          {view.visibility === 'personal' ? 'Save' : 'Save for everybody'}
        </Button>
      ) : null}
      <Button size="xs" onClick={() => setNaming(true)}>
        Save as
      </Button>
      <Button size="xs" variant="subtle" onClick={reset}>
        Reset
      </Button>
      {isNaming ? (
        <NameView
          title="Save as a view"
          name={view ? `${view.name}, my way` : ''}
          mayShare={mayShare}
          onClose={() => setNaming(false)}
          onSave={(name, visibility) =>
            create.mutate({
              body: { object, name, visibility, type: state.type, settings: settingsOf(state) },
            })
          }
        />
      ) : null}
    </section>
  )
}

import type { Draft, DraftEdit, DraftField } from './draft.ts'
import { type DraftConflict, onPages } from './draft-merge.ts'

/** The draft with what somebody else did in place of one's own. */
export function withTheirs(draft: Draft, { field, setting, theirs }: DraftConflict): DraftEdit | undefined {
  const words = 'Took over what somebody else did.'
  if (field === undefined) {
    if (setting === undefined) return undefined
    const next = { ...draft, [setting]: theirs } as Draft
    return { draft: { ...next, fields: onPages(next.fields, next.pages.length) }, words }
  }
  const index = draft.fields.findIndex(({ key }) => key === field)
  if (setting !== undefined) {
    const fields = draft.fields.map((each, at) => {
      if (at !== index) return each
      const { [setting as keyof DraftField]: _, ...others } = each
      return (theirs === undefined ? others : { ...others, [setting]: theirs }) as DraftField
    })
    return { draft: { ...draft, fields }, words }
  }
  if (theirs === undefined)
    return { draft: { ...draft, fields: draft.fields.toSpliced(index, index < 0 ? 0 : 1) }, words }
  const back = theirs as DraftField
  const fields = index < 0 ? [...draft.fields, back] : draft.fields.with(index, back)
  return { draft: { ...draft, fields: onPages(fields, draft.pages.length) }, words }
}

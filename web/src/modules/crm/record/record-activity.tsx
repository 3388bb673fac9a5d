import { Composer } from '../activity/composer.tsx'
import { RecordTimeline } from '../activity/record-timeline.tsx'
import { Upcoming } from '../activity/upcoming.tsx'
import type { RecordTarget } from './edits.ts'

/** What is next, what to write down, and what happened. */
export function RecordActivity({ target: { object, id } }: { target: RecordTarget }) {
  return (
    <>
      <Upcoming object={object} id={id} />
      <Composer object={object} id={id} />
      <RecordTimeline object={object} id={id} />
    </>
  )
}

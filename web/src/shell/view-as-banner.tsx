import { Button } from '@mantine/core'
import { Eye } from 'lucide-react'
import { endPreviews } from '#modules/iam/contract.ts'
import { useAct } from './use-act.ts'
import { showAs, useViewed } from './view-as.ts'
import classes from './view-as-banner.module.css'

/** Says over every page that it is shown as somebody else sees it, with one way back. */
export function ViewAsBanner() {
  const viewed = useViewed()
  // The way back works without the server: what it has begun is over by itself.
  const end = useAct(endPreviews, { onSettled: () => showAs(undefined) })
  if (!viewed) return null
  return (
    <aside className={classes.banner} aria-label="View as">
      <Eye size={14} aria-hidden="true" />
      <p className={classes.words}>
        {viewed.isRole ? `You see what a ${viewed.name} sees.` : `You see what ${viewed.name} sees.`}
        <span className={classes.more}> Nothing can be changed.</span>
      </p>
      <Button size="xs" loading={end.isPending} onClick={() => end.mutate({})}>
        Back to my view
      </Button>
    </aside>
  )
}

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { deleteLeadUpload, type LeadUpload, listLeadUploads } from '#modules/intake/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Status } from '../../../ui/status.tsx'
import classes from './sources.module.css'

/** The files that came in with a lead's answers: to be opened, saved or taken away. */
export function LeadUploads({ leadId }: { leadId: string }) {
  const params = { leadId }
  const { data, error, refetch } = useQuery(routeQuery(listLeadUploads, { params }))
  if (error && data === undefined) return <PageError error={error} reset={refetch} />
  if (data?.items.length === 0) return <p className={classes.quiet}>The files were taken away.</p>
  return (
    <ul className={classes.deliveries}>
      {data?.items.map(upload => (
        <Upload key={upload.id} upload={upload} />
      ))}
    </ul>
  )
}

const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp)|application\/pdf)$/

function Upload({
  upload: { id, leadId, name, label, type, size, state, createdAt },
}: {
  upload: LeadUpload
}) {
  const may = useMay('leads:write')
  const queryClient = useQueryClient()
  const act = useAct(deleteLeadUpload, {
    onSuccess: () =>
      queryClient.invalidateQueries({ queryKey: routeKey(listLeadUploads, { params: { leadId } }) }),
    onError: failed => sayFailed(failed),
  })
  const address = `/v1/lead-uploads/${id}/content`
  return (
    <li className={classes.upload}>
      <div className={classes.file}>
        {state === 'ready' ? (
          <a href={SHOWN.test(type) ? `${address}?show=true` : address} target="_blank" rel="noreferrer">
            {name}
          </a>
        ) : (
          <span>{name}</span>
        )}
        <span className={classes.quiet}>
          {[label, sizeWords(size)].filter(Boolean).join(', ')}, <RelativeTime at={createdAt} />
        </span>
        {state === 'waiting' ? <Status kind="waiting">Held back until it is scanned</Status> : null}
        {state === 'refused' ? <Status kind="failed">Something harmful was found in it</Status> : null}
      </div>
      {may && state !== 'refused' ? (
        <InlineConfirm
          label="Remove"
          consequence={`${name} goes for good.`}
          onConfirm={() => act.mutate({ params: { leadUploadId: id } })}
        />
      ) : null}
    </li>
  )
}

function sizeWords(bytes: number): string {
  if (bytes < 1_024) return `${bytes} bytes`
  const [amount, unit] = bytes < 1_048_576 ? [bytes / 1_024, 'KB'] : [bytes / 1_048_576, 'MB']
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(amount)} ${unit}`
}

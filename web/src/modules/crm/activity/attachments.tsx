import { Button, Progress } from '@mantine/core'
import { useInfiniteQuery, useMutationState } from '@tanstack/react-query'
import { FileText, Image, Paperclip, X } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import {
  type Attachment,
  listAttachments,
  removeAttachment,
  restoreAttachment,
} from '#modules/crm/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { call } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import classes from './activity.module.css'
import type { About } from './activity-routes.ts'
import { type Upload, uploadFile } from './upload.ts'

const renew = () => queryClient.invalidateQueries({ queryKey: [listAttachments.id] })

interface Sending {
  key: number
  file: File
  part: number
  upload: Upload
  error?: unknown
}

let lastKey = 0

function useUploads(about: About) {
  const [sending, setSending] = useState<readonly Sending[]>([])
  const patch = (key: number, change: Partial<Sending>) =>
    setSending(all => all.map(each => (each.key === key ? { ...each, ...change } : each)))
  const drop = (key: number) => setSending(all => all.filter(each => each.key !== key))
  const send = (file: File) => {
    const key = ++lastKey
    const upload = uploadFile(about, file, part => patch(key, { part }))
    setSending(all => [...all, { key, file, part: 0, upload }])
    upload.done.then(
      async () => {
        await renew()
        drop(key)
      },
      error => {
        if (error instanceof ProblemError && error.code === 'client.cancelled') drop(key)
        else patch(key, { error })
      },
    )
  }
  return { sending, send, drop }
}

/** The files at a record: drop or choose them, open, save, remove. */
export function Attachments({ object, id }: About) {
  return <AttachmentsAt key={`${object} ${id}`} object={object} id={id} />
}

function AttachmentsAt({ object, id }: About) {
  const about = { object, id }
  const mayWrite = useMay('activities:write')
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const { sending, send, drop } = useUploads(about)
  const list = useInfiniteQuery({
    queryKey: [listAttachments.id, object, id],
    queryFn: ({ pageParam, signal }) =>
      call(
        listAttachments,
        { query: { object, recordId: id, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
  const removed = new Set(
    useMutationState({
      filters: { mutationKey: [removeAttachment.id], status: 'pending' },
      select: mutation =>
        (mutation.state.variables as { params: { attachmentId: string } }).params.attachmentId,
    }),
  )
  const files = list.data?.pages.flatMap(page => page.items).filter(file => !removed.has(file.id)) ?? []
  const take = (chosen: FileList | null) => {
    for (const file of chosen ?? []) send(file)
  }
  const dropped = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    if (mayWrite) take(event.dataTransfer.files)
  }
  return (
    <section
      className={classes.files}
      aria-label="Files"
      data-over={isOver || undefined}
      onDragOver={event => {
        if (!mayWrite || !event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <ul>
        {sending.map(each => (
          <SendingLine
            key={each.key}
            each={each}
            onDrop={() => drop(each.key)}
            onAgain={() => {
              drop(each.key)
              send(each.file)
            }}
          />
        ))}
        {files.map(file => (
          <FileLine key={file.id} file={file} mayWrite={mayWrite} />
        ))}
      </ul>
      {list.error && !list.data ? <p className={classes.quiet}>{problemWords(list.error).what}</p> : null}
      {list.hasNextPage ? (
        <Button variant="subtle" size="xs" onClick={() => list.fetchNextPage()}>
          Show older
        </Button>
      ) : null}
      {mayWrite ? (
        <>
          <button type="button" className={classes.dropZone} onClick={() => input.current?.click()}>
            <Paperclip size={14} aria-hidden="true" />
            {isOver ? 'Drop to add' : 'Add files, or drop them here'}
          </button>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            aria-label="Add files"
            onChange={event => {
              take(event.currentTarget.files)
              event.currentTarget.value = ''
            }}
          />
        </>
      ) : files.length === 0 && list.isSuccess ? (
        <p className={classes.quiet}>No files.</p>
      ) : null}
    </section>
  )
}

function SendingLine({ each, onDrop, onAgain }: { each: Sending; onDrop: () => void; onAgain: () => void }) {
  return (
    <li className={classes.file}>
      <FileText size={14} aria-hidden="true" />
      <span className={classes.fileName}>
        {each.file.name}
        {each.error ? (
          <span className={classes.lack} role="alert">
            {problemWords(each.error).what} {problemWords(each.error).next}
          </span>
        ) : (
          <Progress size="xs" value={each.part * 100} aria-label={`Sending ${each.file.name}`} />
        )}
      </span>
      {each.error ? (
        <Button variant="subtle" size="compact-xs" onClick={onAgain}>
          Try again
        </Button>
      ) : null}
      <IconButton
        label={each.error ? 'Dismiss' : 'Cancel'}
        size="sm"
        onClick={each.error ? onDrop : each.upload.cancel}
      >
        <X size={14} />
      </IconButton>
    </li>
  )
}

async function bringBack(attachmentId: string): Promise<void> {
  try {
    await call(restoreAttachment, { params: { attachmentId } })
    await renew()
  } catch (error) {
    sayFailed(error, () => void bringBack(attachmentId))
  }
}

function FileLine({ file, mayWrite }: { file: Attachment; mayWrite: boolean }) {
  const remove = useAct(removeAttachment, {
    onSuccess: () => {
      toastUndo(`Removed ${file.name}`, () => void bringBack(file.id))
      return renew()
    },
    onError: error => sayFailed(error),
  })
  const place = `/v1/attachments/${file.id}/content`
  const isImage = file.type.startsWith('image/')
  const isShown = isImage || file.type === 'application/pdf'
  return (
    <li className={classes.file}>
      {isImage ? <Image size={14} aria-hidden="true" /> : <FileText size={14} aria-hidden="true" />}
      <span className={classes.fileName}>
        <a
          href={isShown ? `${place}?show=true` : place}
          {...(isShown ? { target: '_blank', rel: 'noreferrer' } : { download: file.name })}
        >
          {file.name}
        </a>
        <span className={classes.quiet}>
          {sizeWords(file.size)} · <RelativeTime at={file.createdAt} />
        </span>
      </span>
      {mayWrite ? (
        <IconButton
          label={`Remove ${file.name}`}
          size="sm"
          onClick={() => remove.mutate({ params: { attachmentId: file.id } })}
        >
          <X size={14} />
        </IconButton>
      ) : null}
    </li>
  )
}

function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1_048_576) return `${Math.round(bytes / 1024)} kB`
  return `${(bytes / 1_048_576).toFixed(1)} MB`
}

import { ActionIcon, Tooltip } from '@mantine/core'
import { ExternalLink, Monitor, Smartphone } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Choice } from '../../../ui/choice.tsx'
import { useBuilder, useSnapshot } from './builder-context.ts'
import classes from './preview.module.css'

/** How wide the page is drawn, in CSS pixels of the page. */
const WIDTHS = { phone: 375, desktop: 1120 } as const
type Device = keyof typeof WIDTHS

const DEVICES = [
  {
    value: 'desktop',
    label: (
      <span className={classes.device}>
        <Monitor size={14} aria-hidden="true" /> Desktop
      </span>
    ),
  },
  {
    value: 'phone',
    label: (
      <span className={classes.device}>
        <Smartphone size={14} aria-hidden="true" /> Phone
      </span>
    ),
  },
] as const

const PAGES = [
  { value: 'form', label: 'Form' },
  { value: 'thanks', label: 'Thanks' },
] as const

/** The hosted page as the draft makes it, at the width of a desktop or a phone; it is shown anew with each save. */
export function Preview({ shows }: { shows: 'form' | 'thanks' }) {
  const { session } = useBuilder()
  const { saves, value, open } = useSnapshot(session)
  const [device, setDevice] = useState<Device>('desktop')
  const [page, setPage] = useState(shows)
  useEffect(() => setPage(shows), [shows])
  const hasThanks = value.redirectUrl === null
  const now = hasThanks ? page : 'form'
  const field = value.fields.find(({ key }) => key === open)
  // Between two fields the page stays where it is.
  const part = useRef(0)
  if (field) part.current = field.page
  const query = now === 'thanks' ? '?thanks=true' : value.pages.length > 1 ? `?page=${part.current}` : ''
  const address = `/v1/workflows/${session.workflowId}/form/preview${query}`
  return (
    <section className={classes.preview} aria-label="Preview">
      <div className={classes.bar}>
        <Choice label="Width of the preview" options={DEVICES} value={device} onChange={setDevice} />
        {hasThanks ? (
          <Choice label="What the preview shows" options={PAGES} value={now} onChange={setPage} />
        ) : null}
        <span className={classes.rest} />
        <Tooltip label="Open the preview by itself">
          <ActionIcon
            component="a"
            variant="subtle"
            aria-label="Open the preview by itself"
            href={address}
            target="_blank"
            rel="noopener"
          >
            <ExternalLink size={15} />
          </ActionIcon>
        </Tooltip>
      </div>
      <Stage device={device} address={address} saves={saves} field={open} />
    </section>
  )
}

interface Shown {
  readonly address: string
  readonly saves: number
}

interface StageProps {
  device: Device
  address: string
  saves: number
  /** The key of the field that is to be in sight. */
  field: string | undefined
}

/** Brings a field of the page into sight, and moves nothing where it is already. */
function showField(frame: HTMLIFrameElement | null, key: string | undefined): void {
  const shown = frame?.contentWindow
  const element =
    key === undefined ? null : shown?.document.querySelector(`[data-field="${CSS.escape(key)}"]`)
  if (!shown || !element) return
  const { top, bottom } = element.getBoundingClientRect()
  if (top < 0 || bottom > shown.innerHeight) shown.scrollBy(0, top - shown.innerHeight / 3)
}

/** The page at its width, made smaller where there is less room. The one before stays until the next one is drawn. */
function Stage({ device, address, saves, field }: StageProps) {
  const stage = useRef<HTMLDivElement>(null)
  const [room, setRoom] = useState({ width: 0, height: 0 })
  const [drawn, setDrawn] = useState<Shown>()
  useEffect(() => {
    const element = stage.current
    if (!element) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setRoom({ width: entry.contentRect.width, height: entry.contentRect.height })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const width = WIDTHS[device]
  const scale = Math.min(1, room.width / width)
  const size = {
    width,
    height: scale > 0 ? room.height / scale : 0,
    transform: `scale(${scale})`,
  }
  const wanted: Shown = { address, saves }
  const isDrawn = drawn?.address === address && drawn.saves === saves
  const frames = [...(drawn && !isDrawn ? [drawn] : []), wanted]
  const old = useRef<HTMLIFrameElement>(null)
  useEffect(() => showField(old.current, field), [field])
  return (
    <div ref={stage} className={classes.stage} data-device={device}>
      <div className={classes.sheet} style={{ width: width * scale, height: room.height }}>
        {frames.map(frame => {
          const isWaiting = frame === wanted && !isDrawn
          return (
            <iframe
              key={`${frame.address} ${frame.saves}`}
              ref={isWaiting ? undefined : old}
              className={classes.frame}
              title="Preview of the form"
              src={frame.address}
              style={size}
              data-waiting={isWaiting || undefined}
              aria-hidden={isWaiting || undefined}
              tabIndex={isWaiting ? -1 : 0}
              onLoad={event => {
                if (!isWaiting) return
                // Where somebody has scrolled to is where they look.
                const top = old.current?.contentWindow?.scrollY ?? 0
                if (drawn?.address === address) event.currentTarget.contentWindow?.scrollTo(0, top)
                showField(event.currentTarget, field)
                setDrawn(wanted)
              }}
            />
          )
        })}
      </div>
    </div>
  )
}

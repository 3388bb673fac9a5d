import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { ExternalLink, Link as LinkIcon, PencilLine } from 'lucide-react'
import { usePaletteActions } from '../../shell/palette-store.ts'
import { Status } from '../../ui/status.tsx'
import { toastDone, toastFailed } from '../../ui/toast-store.ts'
import { useForm } from './use-form.ts'

async function copy(url: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(url)
    toastDone('The link of the form is on the clipboard.')
  } catch {
    // Browsers refuse the clipboard on pages that are not served over HTTPS.
    toastFailed({ message: 'The browser refused the clipboard.', detail: `Copy it by hand: ${url}` })
  }
}

/** The way to the form that fills this board: open it, or give its link to somebody. */
export function FormActions({ workflowId }: { workflowId: string }) {
  const form = useForm(workflowId)
  const isOpen = form?.status === 'published'
  const navigate = useNavigate()
  const edit = {
    id: 'leads.edit-form',
    label: 'Edit form',
    group: 'Leads',
    icon: PencilLine,
    run: () => void navigate({ to: '/workflows/$workflowId/form', params: { workflowId } }),
  }
  usePaletteActions(
    form && isOpen
      ? [
          edit,
          {
            id: 'leads.open-form',
            label: 'Open form',
            group: 'Leads',
            icon: ExternalLink,
            run: () => window.open(form.url, '_blank', 'noopener'),
          },
          {
            id: 'leads.copy-form-link',
            label: 'Copy form link',
            group: 'Leads',
            icon: LinkIcon,
            run: () => copy(form.url),
          },
        ]
      : form
        ? [edit]
        : [],
  )
  if (!form) return null
  if (!isOpen) {
    return (
      <Link to="/workflows/$workflowId/form" params={{ workflowId }}>
        {form.status === 'draft' ? (
          <Status kind="draft">Form not published</Status>
        ) : (
          <Status kind="paused">Form closed</Status>
        )}
      </Link>
    )
  }
  return (
    <>
      <Button leftSection={<LinkIcon size={14} />} onClick={() => copy(form.url)}>
        Copy form link
      </Button>
      <Button
        component="a"
        href={form.url}
        target="_blank"
        rel="noopener"
        leftSection={<ExternalLink size={14} />}
      >
        Open form
      </Button>
    </>
  )
}

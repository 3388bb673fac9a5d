import { Button } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { Import } from '#modules/crm/contract.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { Choice } from '../../../ui/choice.tsx'
import { DropZone } from '../../../ui/drop-zone.tsx'
import { Page, PageBody } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import classes from './import.module.css'
import { bytesWords } from './import-words.ts'
import { Steps } from './steps.tsx'
import { uploadForImport } from './upload-file.ts'

/** Where a file is handed over. Once it is there, its own page goes on with it. */
export function NewImportPage() {
  useTitle('New import')
  const { object: asked } = useSearch({ from: '/app/imports/new' })
  const [object, setObject] = useState<Import['object']>(asked ?? 'person')
  const { send, file, part, cancel } = useUpload(object)
  return (
    <Page>
      <PageHeader
        trail={[
          <Link key="list" to="/imports">
            Imports
          </Link>,
        ]}
        title="New import"
      />
      <PageBody>
        <div className={classes.flow}>
          <Steps current="file" />
          <div className={classes.choice}>
            <span className={classes.label}>Each row is</span>
            <Choice
              label="Each row is"
              options={[
                { value: 'person', label: 'A person, with their company' },
                { value: 'company', label: 'A company' },
              ]}
              value={object}
              onChange={setObject}
            />
          </div>
          {file ? (
            <section className={classes.uploading} aria-label="Upload">
              <p className={classes.name} role="status">
                {file.name}, {bytesWords(file.size)}
              </p>
              <progress className={classes.meter} aria-label="Uploaded" max={1} value={part} />
              <Button size="xs" onClick={cancel}>
                Cancel
              </Button>
            </section>
          ) : (
            <DropZone
              isLarge
              words="Drop a CSV file here"
              label="CSV file"
              accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
              onFile={send}
            />
          )}
          <p className={classes.about}>
            CSV with commas, semicolons or tabs, up to 100 MB and a million rows. Nothing is written before
            you have seen what would become of it, and all of it can be taken back for 30 days.
          </p>
        </div>
      </PageBody>
    </Page>
  )
}

function useUpload(object: Import['object']) {
  const navigate = useNavigate()
  const [file, setFile] = useState<File>()
  const [part, setPart] = useState(0)
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])
  const send = async (chosen: File) => {
    const control = new AbortController()
    stop.current = control
    setFile(chosen)
    setPart(0)
    try {
      const { id } = await uploadForImport(object, chosen, setPart, control.signal)
      await navigate({ to: '/imports/$importId', params: { importId: id } })
    } catch (error) {
      if (!control.signal.aborted) sayFailed(error, () => void send(chosen))
      setFile(undefined)
    }
  }
  return { send: (chosen: File) => void send(chosen), file, part, cancel: () => stop.current?.abort() }
}

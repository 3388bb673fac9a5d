import { Button } from '@mantine/core'
import { FileUp } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import classes from './drop-zone.module.css'
import { toastFailed } from './toast-store.ts'

interface DropZoneProps {
  /** What stands in it, such as "Drop a CSV file here". */
  words: string
  /** What kind of file it takes, for those who cannot see it, and as the attribute of an input has it. */
  label: string
  accept: string
  /** For a page that is about the file alone. */
  isLarge?: boolean | undefined
  onFile: (file: File) => void
}

/** A place for a file: dropped, chosen or reached by the keyboard. An empty file is refused in words. */
export function DropZone({ words, label, accept, isLarge = false, onFile }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0]
    if (file?.size === 0) toastFailed({ message: `“${file.name}” is empty.`, detail: 'Choose another file.' })
    else if (file) onFile(file)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }
  return (
    <section
      className={classes.drop}
      aria-label="File"
      data-over={isOver}
      data-large={isLarge}
      onDragOver={event => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileUp size={isLarge ? 24 : 20} aria-hidden="true" />
      <p className={classes.words} role="status">
        {words}
      </p>
      <Button
        variant={isLarge ? 'filled' : 'default'}
        size={isLarge ? 'sm' : 'xs'}
        onClick={() => input.current?.click()}
      >
        Choose a file
      </Button>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={label}
        accept={accept}
        onChange={event => {
          take(event.currentTarget.files)
          // The same file may be chosen again, once it was mended.
          event.currentTarget.value = ''
        }}
      />
    </section>
  )
}

import { ActionIcon } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import classes from './message.module.css'

/** The way back to the list where the message covers it. */
export function ReaderBar() {
  return (
    <div className={classes.bar}>
      <ActionIcon component={Link} to="/mailbox" search={true} aria-label="Back to the mailbox" size="lg">
        <ArrowLeft size={18} />
      </ActionIcon>
      <span>Mailbox</span>
    </div>
  )
}

import { Kbd } from '../../ui/kbd.tsx'
import classes from './mailbox.module.css'

/** The reading pane while no message is chosen. */
export function NoMessage() {
  return (
    <p className={classes.nothing}>
      <span>Choose a message to read it here.</span>
      <span className={classes.keys}>
        <Kbd keys="j" /> <Kbd keys="k" /> move through the list
      </span>
    </p>
  )
}

import { type RecordTab, recordTabs } from './record-tabs.ts'
import classes from './tab-bar.module.css'

const words: Readonly<Record<RecordTab, string>> = {
  activity: 'Activity',
  details: 'Details',
  history: 'History',
}

/** The parts of a record that share a place. */
export function TabBar({ tab, onTab }: { tab: RecordTab; onTab: (tab: RecordTab) => void }) {
  return (
    <nav className={classes.tabs} aria-label="Parts of the record">
      {recordTabs.map(each => (
        <button
          key={each}
          type="button"
          className={classes.tab}
          data-tab={each}
          aria-current={each === tab ? 'page' : undefined}
          onClick={() => onTab(each)}
        >
          {words[each]}
        </button>
      ))}
    </nav>
  )
}

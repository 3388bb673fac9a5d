import { useState } from 'react'
import { Board } from '../ui/board/board.tsx'
import type { BoardColumn } from '../ui/board/moves.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { toastDone, toastUndo } from '../ui/toast-store.ts'
import classes from './gallery.module.css'
import { Sample } from './sample.tsx'
import { leadColumns, type SampleLead } from './sample-data.tsx'

function put(columns: readonly BoardColumn<SampleLead>[], lead: SampleLead, to: string) {
  return columns.map(column => {
    const without = column.cards.filter(card => card.id !== lead.id)
    return { ...column, cards: column.id === to ? [lead, ...without] : without }
  })
}

/** Leads by status. */
export function BoardSection() {
  const [columns, setColumns] = useState(leadColumns)
  return (
    <Sample name="Board">
      <div className={`${classes.frame} ${classes.tall}`}>
        <Board
          label="Sample leads by status"
          columns={columns}
          cardId={lead => lead.id}
          cardLabel={lead => lead.name}
          onOpen={lead => toastDone(`Opened ${lead.name}.`)}
          onMove={(lead, from, to) => {
            setColumns(put(columns, lead, to))
            const title = columns.find(column => column.id === to)?.title ?? to
            toastUndo(`${lead.name} moved to ${title}.`, () => setColumns(now => put(now, lead, from)))
          }}
          renderCard={lead => (
            <>
              <p style={{ fontWeight: 500 }}>{lead.name}</p>
              <p style={{ color: 'var(--text-2)' }}>{lead.company}</p>
              <p
                style={{
                  display: 'flex',
                  justifyContent: 'space-between',
                  marginTop: 'var(--s2)',
                  color: 'var(--text-2)',
                  fontSize: 'var(--fs-small)',
                }}
              >
                {lead.budget}
                <RelativeTime at={lead.at} />
              </p>
            </>
          )}
        />
      </div>
    </Sample>
  )
}

import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { RecordObject } from '#modules/crm/contract.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { isMissing, problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { RecordLink } from '../fields/record-link.tsx'
import { useRecordName } from '../fields/use-record-name.ts'
import type { RecordTarget } from './edits.ts'
import { access, recordQuery, restoreRecord } from './record-access.ts'
import classes from './record-view.module.css'

/**
 * In place of a record that is deleted, never was, or may not be seen: these are told apart only by who may bring it back, when
 * they try.
 */
export function GoneRecord({ target, cause }: { target: RecordTarget; cause: unknown }) {
  const { word, plural, list, listPlace } = access[target.object]
  const queryClient = useQueryClient()
  const mayRestore = useMay(`${plural}:write`)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const restore = async () => {
    setBusy(true)
    try {
      await restoreRecord(target)
      await queryClient.resetQueries({ queryKey: recordQuery(target).queryKey })
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const into = mergedInto(cause)
  if (into !== undefined) return <MergedRecord object={target.object} into={into} />
  const words = error === undefined ? undefined : problemWords(error)
  return (
    <>
      <EmptyState
        action={
          <div className={classes.ways}>
            {mayRestore ? (
              <Button variant="filled" loading={isBusy} onClick={restore}>
                Bring it back
              </Button>
            ) : null}
            <Button component={Link} to={listPlace}>
              {list}
            </Button>
          </div>
        }
      >
        This {word} is no longer there, or you have no access to it.
        {mayRestore ? ' If it was deleted in the last 90 days, it can be brought back.' : null}
      </EmptyState>
      {words ? (
        <div className={classes.error}>
          <ErrorState
            what={isMissing(error) ? `There is no ${word} to bring back at this address.` : words.what}
            next={isMissing(error) ? undefined : words.next}
            requestId={words.requestId}
          />
        </div>
      ) : null}
    </>
  )
}

/** The record that took this one in. */
function mergedInto(error: unknown): string | undefined {
  if (!(error instanceof ProblemError) || error.code !== 'crm.merged') return undefined
  return error.problem.errors?.find(({ code }) => code === 'merged_into')?.message
}

function MergedRecord({ object, into }: { object: RecordObject; into: string }) {
  const name = useRecordName(object, into)
  return (
    <EmptyState
      action={
        <RecordLink object={object} id={into}>
          Open {name ?? 'it'}
        </RecordLink>
      }
    >
      This {access[object].word} was merged into another one, which has everything about it.
    </EmptyState>
  )
}

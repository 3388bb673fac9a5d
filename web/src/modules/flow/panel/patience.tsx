import { NumberInput } from '@mantine/core'
import type { GraphNode, NodeType, Retry } from '#modules/flow/contract.ts'
import { Choice } from '../../../ui/choice.tsx'
import { patienceOf } from '../workflow/settings.ts'
import { Checks } from './checks.tsx'
import { Disclosure } from './disclosure.tsx'
import classes from './patience.module.css'
import type { NodeDraft } from './use-node-draft.ts'

interface PatienceProps {
  node: GraphNode
  type: NodeType
  change: NodeDraft['change']
  isReadOnly: boolean
}

const ONCE: Retry = { attempts: 1, backoffMs: 1_000, growth: 'exponential' }

const FAILURES: readonly { value: NonNullable<Retry['on']>[number]; label: string }[] = [
  { value: 'timeout', label: 'no answer in time' },
  { value: 'network', label: 'no connection' },
  { value: 'throttled', label: 'too many calls' },
  { value: 'server', label: 'an error of the server' },
]

/** Whether a node can fail for reasons that pass, so that trying again makes sense. */
export function canBePatient(node: GraphNode, type: NodeType): boolean {
  return type.purity === 'remote' || node.retry !== undefined || node.timeoutMs !== undefined
}

/** How often a step is tried, with what waits, and how long one attempt may take. */
export function Patience({ node, type, change, isReadOnly }: PatienceProps) {
  const retry = node.retry ?? type.retry ?? ONCE
  const put = (next: Partial<Retry>) => change({ retry: { ...retry, ...next } })
  const isSet = node.retry !== undefined || node.timeoutMs !== undefined
  return (
    <Disclosure title="When it fails" summary={patienceOf(node) ?? 'Tried once.'}>
      <NumberInput
        label="Attempts in all"
        classNames={{ wrapper: classes.short ?? '' }}
        value={retry.attempts}
        min={1}
        max={10}
        clampBehavior="strict"
        allowDecimal={false}
        readOnly={isReadOnly}
        onChange={attempts => typeof attempts === 'number' && attempts >= 1 && put({ attempts })}
      />
      {retry.attempts > 1 ? (
        <>
          <NumberInput
            label="Wait before the second attempt"
            classNames={{ wrapper: classes.short ?? '' }}
            suffix=" s"
            value={retry.backoffMs / 1_000}
            min={0.1}
            max={3_600}
            decimalScale={1}
            hideControls
            readOnly={isReadOnly}
            onChange={seconds =>
              typeof seconds === 'number' && seconds >= 0.1 && put({ backoffMs: Math.round(seconds * 1_000) })
            }
          />
          <div>
            <p className={classes.label}>Further waits</p>
            <Choice
              label="Further waits"
              options={[
                { value: 'exponential', label: 'twice as long' },
                { value: 'fixed', label: 'the same' },
              ]}
              value={retry.growth}
              onChange={growth => put({ growth })}
            />
          </div>
          <fieldset className={classes.failures}>
            <legend className={classes.label}>Tried again after</legend>
            <Checks
              options={FAILURES}
              chosen={retry.on ?? FAILURES.map(each => each.value)}
              isReadOnly={isReadOnly}
              onChange={on => {
                const { on: _, ...rest } = retry
                if (on.length > 0) change({ retry: on.length === FAILURES.length ? rest : { ...rest, on } })
              }}
            />
          </fieldset>
        </>
      ) : null}
      {type.timeoutMs === undefined && node.timeoutMs === undefined ? null : (
        <NumberInput
          label="Longest time for one attempt"
          classNames={{ wrapper: classes.short ?? '' }}
          suffix=" s"
          value={(node.timeoutMs ?? type.timeoutMs ?? 30_000) / 1_000}
          min={1}
          max={900}
          hideControls
          readOnly={isReadOnly}
          onChange={seconds =>
            typeof seconds === 'number' && seconds >= 1 && change({ timeoutMs: Math.round(seconds * 1_000) })
          }
        />
      )}
      {isSet && !isReadOnly ? (
        <button
          type="button"
          className={classes.reset}
          onClick={() => change({ retry: undefined, timeoutMs: undefined })}
        >
          Go back to what is usual for this kind of step
        </button>
      ) : null}
    </Disclosure>
  )
}

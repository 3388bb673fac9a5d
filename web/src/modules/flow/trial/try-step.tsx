import { Button } from '@mantine/core'
import { CircleAlert, FlaskConical } from 'lucide-react'
import { type GraphNode, isPinnable, nodeTypes, testNode } from '#modules/flow/contract.ts'
import type { RouteResult } from '#platform/contract/route.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { Status } from '../../../ui/status.tsx'
import { JsonView } from '../run/json-view.tsx'
import { nextWords, nodeStateWords } from '../run/run-words.ts'
import inspectorClasses from '../workflow/inspector.module.css'
import { PinPart } from './pin-part.tsx'
import classes from './trial.module.css'
import { WouldDo } from './trial-replay.tsx'

type NodeTest = RouteResult<typeof testNode>

interface TryStepProps {
  workflowId: string
  /** As it stands in the editor, saved or not. */
  node: GraphNode
  /** Brings what was typed a moment ago to the server, because the test reads the draft around the step. */
  onBefore: () => Promise<unknown>
}

/** Tries one step with what is pinned, what the last run gave, or made-up values; and pins what it gives. */
export function TryStep({ workflowId, node, onBefore }: TryStepProps) {
  const params = { workflowId }
  const act = useAct(testNode)
  const run = async (isForReal: boolean) => {
    await onBefore()
    act.mutate({ params, body: { nodeId: node.id, node, isForReal } })
  }
  useShortcuts([{ keys: 't', label: 'Try the step', group: 'Canvas', run: () => void run(false) }])
  const isCall = nodeTypes.get(node.type)?.purity === 'remote' && node.type === 'http_request'
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <section className={inspectorClasses.part} aria-label="Try the step">
      <h3 className={inspectorClasses.heading}>Try it</h3>
      <div className={classes.acts}>
        <Button
          size="xs"
          leftSection={<FlaskConical size={13} aria-hidden="true" />}
          loading={act.isPending}
          onClick={() => void run(false)}
        >
          Try this step
        </Button>
        {isCall ? (
          <Button size="xs" loading={act.isPending} onClick={() => void run(true)}>
            Make the request
          </Button>
        ) : null}
      </div>
      {isPinnable(node) ? (
        <PinPart
          key={node.id}
          workflowId={workflowId}
          nodeId={node.id}
          isTrigger={nodeTypes.get(node.type)?.kind === 'trigger'}
          output={act.data?.output}
        />
      ) : null}
      {words ? (
        <ErrorState what={words.what} next={words.next} requestId={words.requestId} />
      ) : act.data ? (
        <Result test={act.data} />
      ) : (
        <p className={inspectorClasses.about}>
          {isCall ? 'Nothing is sent unless you make the request.' : 'Nothing is sent or changed.'}
        </p>
      )}
    </section>
  )
}

function Result({ test }: { test: NodeTest }) {
  const { status, output, error, effects, notes, logs } = test
  const { kind, word } = nodeStateWords(status === 'stopped' ? 'cancelled' : status)
  return (
    <div className={classes.outcome} role="status">
      <Status kind={kind}>{status === 'stopped' ? 'Stopped, it took too long' : word}</Status>
      {error ? (
        <div className={classes.failed}>
          <CircleAlert size={14} aria-hidden="true" />
          <div>
            <p>{error.message}</p>
            <p className={classes.quiet}>{nextWords(error.code)}</p>
          </div>
        </div>
      ) : null}
      <WouldDo effects={effects} notes={notes} />
      {error ? null : <JsonView label="Output" value={output} empty="It gives nothing." />}
      {logs.length > 0 ? (
        <ul className={classes.logs}>
          {logs.map((log, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a test never change
            <li key={index}>{log.message}</li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

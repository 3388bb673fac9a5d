import {
  ERROR_HANDLE,
  type GraphNode,
  type Handle,
  type NodeType,
  type Purity,
} from '#modules/flow/contract.ts'
import { listed } from '../words.ts'
import { Disclosure } from './disclosure.tsx'
import classes from './node-about.module.css'

const HAPPENS: Readonly<Record<Purity, string>> = {
  pure: 'It happens in memory, costs next to nothing and touches nothing outside the run.',
  local: 'What it does is stored together with the progress of the run, so it happens exactly once.',
  remote:
    'It reaches outside the database, so after a crash it may be done again, each time with the same key that tells the other system so.',
}

function exitsOf(type: NodeType, node: GraphNode): readonly Handle[] {
  const config = type.config.safeParse(node.config)
  return config.success ? type.handles(config.data).filter(({ id }) => id !== ERROR_HANDLE) : []
}

/** What to know about a kind of step: how it runs, where runs leave it, and how to read what it gives. */
export function NodeAbout({ node, type }: { node: GraphNode; type: NodeType }) {
  const exits = exitsOf(type, node)
  const isTrigger = type.kind === 'trigger'
  return (
    <Disclosure title="About this step">
      <div className={classes.about}>
        {isTrigger ? null : <p>{HAPPENS[type.purity]}</p>}
        {exits.length > 1 ? (
          <p>
            Runs leave it by{' '}
            {listed(
              exits.map(({ label }) => `“${label}”`),
              'or',
            )}
            .
          </p>
        ) : null}
        {exits.length === 0 && !isTrigger ? <p>Nothing can come after it.</p> : null}
        {isTrigger ? null : (
          <p>An edge from its exit “On error” is taken when it fails for good. Without one the run fails.</p>
        )}
        {isTrigger ? null : (
          <p>
            Later steps read what it gives as <code>{`nodes.${node.id}`}</code>.
          </p>
        )}
        <p>
          Texts may hold placeholders: write two braces, or press Ctrl and Space, to choose a value. A bar
          behind the value lists what can change it.
        </p>
      </div>
    </Disclosure>
  )
}

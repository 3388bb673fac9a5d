import { type Graph, type GraphNode, nodeTypes } from '#modules/flow/contract.ts'
import { namesOf } from '../canvas/face.ts'
import { conditionWords } from '../condition-words.ts'
import { JsonView } from '../run/json-view.tsx'
import { TemplateText } from '../template-text.tsx'
import classes from './inspector.module.css'
import { patienceOf, type SettingValue, settingsOf } from './settings.ts'

/** The settings of a node in plain words, and how patient it is. */
export function NodeSettings({ node, graph }: { node: GraphNode; graph: Graph }) {
  if (!nodeTypes.has(node.type)) return <UnknownSettings node={node} />
  const settings = settingsOf(node)
  const patience = patienceOf(node)
  if (settings.length === 0 && !patience) return <p className={classes.quiet}>This step has no settings.</p>
  return (
    <dl className={classes.settings}>
      {settings.map(({ id, label, about, value }) => (
        <div key={id} className={classes.setting}>
          <dt>{label}</dt>
          <dd>
            <Value value={value} graph={graph} />
            {about ? <p className={classes.about}>{about}</p> : null}
          </dd>
        </div>
      ))}
      {patience ? (
        <div className={classes.setting}>
          <dt>When it fails</dt>
          <dd>{patience}</dd>
        </div>
      ) : null}
    </dl>
  )
}

/** Nothing is known of what they mean, so they are shown as they are. */
function UnknownSettings({ node }: { node: GraphNode }) {
  return (
    <div className={classes.settings}>
      <JsonView label="Settings" value={node.config} empty="This step has no settings." />
    </div>
  )
}

function Value({ value, graph }: { value: SettingValue; graph: Graph }) {
  switch (value.as) {
    case 'template':
      return (
        <div className={classes.template}>
          <TemplateText text={value.text} />
        </div>
      )
    case 'words':
      return value.words
    case 'condition':
      return conditionWords(value.condition, namesOf(graph))
    case 'none':
      return <span className={classes.quiet}>Not set</span>
    case 'pairs':
      return (
        <dl className={classes.pairs}>
          {value.pairs.map(pair => (
            <div key={pair.name} className={classes.pair}>
              <dt>{pair.name}</dt>
              <dd>
                <TemplateText text={pair.value} />
              </dd>
            </div>
          ))}
        </dl>
      )
  }
}

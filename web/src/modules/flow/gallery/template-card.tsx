import { type NodeKind, nodeTypes, type WorkflowTemplateSummary } from '#modules/flow/contract.ts'
import type { Face } from '../canvas/face.ts'
import { NodeIcon } from '../canvas/node-icon.tsx'
import classes from './gallery.module.css'

/** So many kinds of steps are shown as icons. */
const ICONS_MAX = 6

interface TemplateCardProps {
  template: WorkflowTemplateSummary
  isChosen: boolean
  onShow: () => void
}

/** A template as it stands in the gallery: what it does, and the kinds of steps it is made of. */
export function TemplateCard({ template, isChosen, onShow }: TemplateCardProps) {
  const { name, description, nodeTypes: types } = template
  return (
    <button type="button" className={classes.card} aria-pressed={isChosen} onClick={onShow}>
      <span className={classes.icons} aria-hidden="true">
        {types.slice(0, ICONS_MAX).map(type => (
          <NodeIcon key={type} size="small" face={faceOfType(type)} />
        ))}
        {types.length > ICONS_MAX ? <span className={classes.more}>+{types.length - ICONS_MAX}</span> : null}
      </span>
      <span className={classes.name}>{name}</span>
      <span className={classes.about}>{description}</span>
    </button>
  )
}

function faceOfType(type: string): Face {
  const known = nodeTypes.get(type)
  const kind: NodeKind | 'unknown' = known?.kind ?? 'unknown'
  const title = known?.title ?? type
  return { name: title, title, kind, icon: known?.icon ?? '', line: '', exits: [] }
}

import { useNavigate, useSearch } from '@tanstack/react-router'
import { Choice } from '../../../ui/choice.tsx'

/** The draft as a drawing or as a list of its steps. */
export function ViewChoice() {
  const { as = 'canvas' } = useSearch({ from: '/app/workflows/$workflowId/' })
  const navigate = useNavigate({ from: '/workflows/$workflowId/' })
  return (
    <Choice
      label="Shown as"
      options={[
        { value: 'canvas', label: 'Canvas' },
        { value: 'list', label: 'List' },
      ]}
      value={as}
      onChange={value =>
        navigate({
          search: ({ figures, node }) => ({ figures, node, as: value === 'list' ? 'list' : undefined }),
          replace: true,
        })
      }
    />
  )
}

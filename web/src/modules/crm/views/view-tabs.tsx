import { ActionIcon, Menu } from '@mantine/core'
import {
  CalendarDays,
  Check,
  Ellipsis,
  Kanban,
  Lock,
  Pin,
  PinOff,
  Star,
  Table2,
  Trash2,
  Users,
} from 'lucide-react'
import { useState } from 'react'
import { deleteView, markView, type View } from '#modules/crm/contract.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import type { ListType } from '../list/list-state.ts'
import type { ListLook } from '../list/use-list-state.ts'
import { NameView } from './name-view.tsx'
import { renewViews, useChangeView } from './use-views.ts'
import classes from './views.module.css'

const ICONS = { table: Table2, board: Kanban, calendar: CalendarDays } as const

interface ViewTabsProps {
  look: ListLook
  title: string
  types: readonly ListType[]
}

const TYPE_WORDS: Readonly<Record<ListType, string>> = {
  table: 'Table',
  board: 'Board',
  calendar: 'Calendar',
}

/** The views of a list as tabs, pinned ones first, and the shapes the records can be looked at in. */
export function ViewTabs({ look, title, types }: ViewTabsProps) {
  const { views, view, openView, state, change } = look
  const pinned = views.filter(each => each.isPinned || each.id === view?.id)
  const others = views.filter(each => !each.isPinned && each.id !== view?.id)
  return (
    <div className={classes.tabs}>
      <nav className={classes.views} aria-label="Views">
        <button
          type="button"
          className={classes.tab}
          aria-current={view ? undefined : 'page'}
          onClick={() => openView(undefined)}
        >
          All {title.toLowerCase()}
        </button>
        {pinned.map(each => (
          <ViewTab key={each.id} view={each} isOpen={each.id === view?.id} look={look} />
        ))}
        {others.length > 0 ? (
          <Menu position="bottom-start" width={240}>
            <Menu.Target>
              <button type="button" className={classes.tab}>
                {others.length} more
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              {others.map(each => (
                <Menu.Item
                  key={each.id}
                  leftSection={<ViewIcon view={each} />}
                  onClick={() => openView(each)}
                >
                  {each.name}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </nav>
      <fieldset className={classes.types}>
        <legend className="visually-hidden">Shape</legend>
        {types.map(type => {
          const Icon = ICONS[type]
          return (
            <IconButton
              key={type}
              label={TYPE_WORDS[type]}
              aria-pressed={state.type === type}
              variant={state.type === type ? 'light' : 'subtle'}
              onClick={() => change({ type })}
            >
              <Icon size={16} />
            </IconButton>
          )
        })}
      </fieldset>
    </div>
  )
}

function ViewIcon({ view }: { view: View }) {
  const Icon = view.visibility === 'locked' ? Lock : view.visibility === 'shared' ? Users : ICONS[view.type]
  return <Icon size={14} aria-hidden="true" />
}

function ViewTab({ view, isOpen, look }: { view: View; isOpen: boolean; look: ListLook }) {
  return (
    <span className={classes.viewTab}>
      <button
        type="button"
        className={classes.tab}
        aria-current={isOpen ? 'page' : undefined}
        onClick={() => look.openView(view)}
      >
        <ViewIcon view={view} />
        {view.name}
      </button>
      {isOpen ? <ViewMenu view={view} look={look} /> : null}
    </span>
  )
}

function ViewMenu({ view, look }: { view: View; look: ListLook }) {
  const [isRenaming, setRenaming] = useState(false)
  const mark = useAct(markView, { onSuccess: renewViews, onError: error => sayFailed(error) })
  const remove = useAct(deleteView, {
    onSuccess: () => {
      look.openView(undefined)
      return renewViews()
    },
    onError: error => sayFailed(error),
  })
  const change = useChangeView()
  const params = { viewId: view.id }
  const visibilities = [
    { value: 'personal', label: 'Only me', icon: Table2 },
    { value: 'shared', label: 'Everybody', icon: Users },
    { value: 'locked', label: 'Everybody, changed by me', icon: Lock },
  ] as const
  return (
    <>
      <Menu position="bottom-start" width={240} returnFocus>
        <Menu.Target>
          <ActionIcon size="sm" aria-label={`The view ${view.name}`}>
            <Ellipsis size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={view.isPinned ? <PinOff size={14} /> : <Pin size={14} />}
            onClick={() => mark.mutate({ params, body: { isPinned: !view.isPinned } })}
          >
            {view.isPinned ? 'Take off the tabs' : 'Keep among the tabs'}
          </Menu.Item>
          <Menu.Item
            leftSection={<Star size={14} />}
            rightSection={view.isDefault ? <Check size={14} aria-label="chosen" /> : null}
            onClick={() => mark.mutate({ params, body: { isDefault: !view.isDefault } })}
          >
            Open the list with it
          </Menu.Item>
          {view.mayChange ? (
            <>
              <Menu.Item onClick={() => setRenaming(true)}>Rename</Menu.Item>
              <Menu.Divider />
              <Menu.Label>Who uses it</Menu.Label>
              {visibilities.map(({ value, label, icon: Icon }) => (
                <Menu.Item
                  key={value}
                  leftSection={<Icon size={14} />}
                  rightSection={view.visibility === value ? <Check size={14} aria-label="chosen" /> : null}
                  onClick={() => change.save(view, { visibility: value })}
                >
                  {label}
                </Menu.Item>
              ))}
              <Menu.Divider />
              <Menu.Item
                color="red"
                leftSection={<Trash2 size={14} />}
                onClick={() => remove.mutate({ params })}
              >
                Delete the view
              </Menu.Item>
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {isRenaming ? (
        <NameView
          title="Rename the view"
          name={view.name}
          onClose={() => setRenaming(false)}
          onSave={name => change.save(view, { name })}
        />
      ) : null}
    </>
  )
}

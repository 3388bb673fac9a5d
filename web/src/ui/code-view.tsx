import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { json } from '@codemirror/lang-json'
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useLayoutEffect, useRef } from 'react'
import classes from './code-editor.module.css'

interface CodeViewProps {
  id: string
  label: string
  description: string
  isWrong: boolean
  isRequired: boolean
  isReadOnly?: boolean | undefined
  language: 'javascript' | 'typescript' | 'json'
  text: string
  onChange: (text: string) => void
}

const look = EditorView.theme({
  '&': { fontSize: '0.75rem', color: 'var(--text)', minHeight: '5.5rem', maxHeight: '24rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.125rem', overflow: 'auto' },
  '.cm-content': { padding: '0.5rem 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 0.625rem 0 0.375rem' },
  '.cm-gutters': { background: 'transparent', color: 'var(--text-3)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '1.75rem', padding: '0 0.25rem 0 0.375rem' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--accent-soft)',
  },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--accent-soft)', color: 'inherit' },
  '&.cm-focused .cm-nonmatchingBracket': { background: 'var(--bad-soft)', color: 'inherit' },
})

const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.modifier], color: 'var(--held)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--info)' },
  { tag: [tags.comment], color: 'var(--text-3)', fontStyle: 'italic' },
  {
    tag: [tags.propertyName, tags.definition(tags.variableName), tags.typeName],
    color: 'var(--accent-text)',
  },
  { tag: tags.invalid, color: 'var(--bad)' },
])

function languageOf(language: CodeViewProps['language']): Extension {
  return language === 'json' ? json() : javascript({ typescript: language === 'typescript' })
}

function attributesOf({ label, description, isWrong, isRequired, isReadOnly }: CodeViewProps): Extension {
  return [
    EditorState.readOnly.of(isReadOnly === true),
    EditorView.contentAttributes.of({
      'aria-label': label,
      ...(description === '' ? {} : { 'aria-description': description }),
      ...(isWrong ? { 'aria-invalid': 'true' } : {}),
      ...(isRequired ? { 'aria-required': 'true' } : {}),
      ...(isReadOnly ? { 'aria-readonly': 'true', tabindex: '0' } : {}),
      autocapitalize: 'off',
      spellcheck: 'false',
    }),
  ]
}

/** What the editor is made of; loaded when the first one is shown. */
export function CodeView(props: CodeViewProps) {
  const { id, text, language, label, description, isWrong, isRequired, isReadOnly } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const parts = useRef({ language: new Compartment(), attributes: new Compartment() })
  const latest = useRef(props)
  /** The texts that were given on and have not come back, behind the one that stands in `text`. */
  const told = useRef([text])
  latest.current = props

  useLayoutEffect(() => {
    const place = host.current
    if (!place) return
    // The page allows no style sheets of scripts; only in a tree of its own the editor brings them as objects.
    const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' })
    const { current } = latest
    const made = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: current.text,
        extensions: [
          lineNumbers(),
          EditorView.lineWrapping,
          history(),
          drawSelection(),
          indentUnit.of('  '),
          indentOnInput(),
          bracketMatching(),
          syntaxHighlighting(colors),
          look,
          keymap.of([...defaultKeymap, ...historyKeymap]),
          parts.current.language.of(languageOf(current.language)),
          parts.current.attributes.of(attributesOf(current)),
          EditorView.updateListener.of(update => {
            if (!update.docChanged) return
            const next = update.state.doc.toString()
            if (told.current.at(-1) === next) return
            told.current.push(next)
            latest.current.onChange(next)
          }),
        ],
      }),
    })
    view.current = made
    // By itself a label leads to controls of forms only.
    const words = document.querySelector(`label[for="${CSS.escape(id)}"]`)
    const focus = () => made.focus()
    words?.addEventListener('click', focus)
    return () => {
      words?.removeEventListener('click', focus)
      made.destroy()
    }
  }, [id])

  useEffect(() => {
    const shown = view.current
    // What was typed comes back a little later; by then more may have been typed, which must not be undone.
    const place = told.current.indexOf(text)
    told.current.splice(0, place < 0 ? told.current.length : place)
    if (!shown || place >= 0 || shown.state.doc.toString() === text) return
    // It was changed elsewhere, such as by undo of the page or by somebody else.
    told.current = [text]
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: text } })
  }, [text])
  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.language.reconfigure(languageOf(language)) })
  }, [language])
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what the attributes are made of
  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.attributes.reconfigure(attributesOf(latest.current)) })
  }, [label, description, isWrong, isRequired, isReadOnly])

  return <div ref={host} id={id} className={classes.host} data-typing="" data-wrong={isWrong || undefined} />
}

import type { VisibleWhen } from '../field-visibility.ts'

/** Whether a question is asked, by the answers above it; undefined text is no answer. */
export declare function isAsked(
  visibleWhen: VisibleWhen | undefined,
  answerTo: (key: string) => { readonly type: string; readonly text: string | undefined },
): boolean

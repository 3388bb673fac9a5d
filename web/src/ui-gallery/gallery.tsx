import { useThemeChoice } from '../shell/theme-choice.ts'
import { useTitle } from '../shell/use-title.ts'
import { Choice } from '../ui/choice.tsx'
import { WordMark } from '../ui/mark.tsx'
import { OverlayRoot } from '../ui/overlay-root.tsx'
import { BoardSection } from './board-section.tsx'
import { ColorSection } from './color-section.tsx'
import { ControlSection, FieldSection } from './control-section.tsx'
import { FeedbackSection } from './feedback-section.tsx'
import classes from './gallery.module.css'
import { PageHeadSection, RecordSection } from './record-section.tsx'
import { StepSettingsSection } from './step-settings-section.tsx'
import { TableSection } from './table-section.tsx'
import { WordSection } from './word-section.tsx'

/** Every shared piece in every state. The content is a sample; the pieces are the ones the app uses. */
export function GalleryPage() {
  useTitle('Interface')
  const { choices, chosen, choose } = useThemeChoice()
  return (
    <div className={classes.page}>
      <header className={classes.top}>
        <WordMark />
        <h1 className={classes.title}>Interface</h1>
        <Choice label="Theme" options={choices} value={chosen} onChange={choose} />
      </header>
      <main className={classes.main}>
        <ColorSection />
        <WordSection />
        <ControlSection />
        <FieldSection />
        <StepSettingsSection />
        <FeedbackSection />
        <TableSection />
        <BoardSection />
        <RecordSection />
        <PageHeadSection />
        <OverlayRoot />
      </main>
    </div>
  )
}

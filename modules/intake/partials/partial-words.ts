import type { FormLanguage } from '../definition/form-settings.ts'

/** What a page says about answers that were kept before. */
export interface PartialWords {
  /** There are some, and somebody is asked what to do with them. */
  readonly found: string
  readonly goOn: string
  readonly startAnew: string
  /** They are in the fields. */
  readonly back: string
  /** The link leads to none. */
  readonly gone: string
}

const words: Readonly<Record<FormLanguage, PartialWords>> = {
  en: {
    found: 'You began to fill in this form before.',
    goOn: 'Go on with it',
    startAnew: 'Start anew',
    back: 'Your answers are back. Go on where you stopped.',
    gone: 'The answers of this link are no longer kept. You can fill in the form anew.',
  },
  fr: {
    found: 'Vous avez déjà commencé à remplir ce formulaire.',
    goOn: 'Continuer',
    startAnew: 'Recommencer',
    back: 'Vos réponses sont de retour. Reprenez où vous vous étiez arrêté.',
    gone: 'Les réponses de ce lien ne sont plus conservées. Vous pouvez remplir le formulaire à nouveau.',
  },
  de: {
    found: 'Sie haben schon begonnen, dieses Formular auszufüllen.',
    goOn: 'Weiter ausfüllen',
    startAnew: 'Neu beginnen',
    back: 'Ihre Antworten sind wieder da. Machen Sie dort weiter, wo Sie aufgehört haben.',
    gone: 'Die Antworten zu diesem Link sind nicht mehr gespeichert. Sie können das Formular neu ausfüllen.',
  },
  es: {
    found: 'Ya había empezado a rellenar este formulario.',
    goOn: 'Continuar',
    startAnew: 'Empezar de nuevo',
    back: 'Sus respuestas están de vuelta. Continúe donde lo dejó.',
    gone: 'Las respuestas de este enlace ya no se conservan. Puede rellenar el formulario de nuevo.',
  },
  it: {
    found: 'Aveva già iniziato a compilare questo modulo.',
    goOn: 'Continua',
    startAnew: 'Ricomincia',
    back: 'Le sue risposte sono di nuovo qui. Riprenda da dove si era fermato.',
    gone: 'Le risposte di questo link non sono più conservate. Può compilare di nuovo il modulo.',
  },
  nl: {
    found: 'U was al begonnen dit formulier in te vullen.',
    goOn: 'Verder invullen',
    startAnew: 'Opnieuw beginnen',
    back: 'Uw antwoorden zijn er weer. Ga verder waar u gebleven was.',
    gone: 'De antwoorden bij deze link worden niet meer bewaard. U kunt het formulier opnieuw invullen.',
  },
  pt: {
    found: 'Já tinha começado a preencher este formulário.',
    goOn: 'Continuar',
    startAnew: 'Começar de novo',
    back: 'As suas respostas estão de volta. Continue onde parou.',
    gone: 'As respostas desta ligação já não são guardadas. Pode preencher o formulário de novo.',
  },
}

/** What a page in this language says about answers that were kept. */
export function partialWords(language: FormLanguage): PartialWords {
  return words[language]
}

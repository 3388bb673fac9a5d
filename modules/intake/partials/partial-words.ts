import type { FormLanguage } from '../definition/form-settings.ts'

/** What a page says about answers that were kept before. */
export interface PartialWords {
  /** There are some, and somebody is asked what to do with them. */
  readonly found: string
  readonly goOn: string
  readonly startAnew: string
  /** They are in the fields. */
  readonly back: string
  /** The link leads to none: they were removed, or what was sent of them got lost. */
  readonly gone: string
}

const words: Readonly<Record<FormLanguage, PartialWords>> = {
  en: {
    found: 'You began to fill in this form before.',
    goOn: 'Go on with it',
    startAnew: 'Start anew',
    back: 'Your answers are back. Go on where you stopped.',
    gone: 'Nothing is kept under this link any more, or it never arrived. You can fill in the form anew.',
  },
  fr: {
    found: 'Vous avez déjà commencé à remplir ce formulaire.',
    goOn: 'Continuer',
    startAnew: 'Recommencer',
    back: 'Vos réponses sont de retour. Reprenez où vous vous étiez arrêté.',
    gone: 'Rien n’est plus conservé sous ce lien, ou rien n’y est arrivé. Vous pouvez remplir le formulaire à nouveau.',
  },
  de: {
    found: 'Sie haben schon begonnen, dieses Formular auszufüllen.',
    goOn: 'Weiter ausfüllen',
    startAnew: 'Neu beginnen',
    back: 'Ihre Antworten sind wieder da. Machen Sie dort weiter, wo Sie aufgehört haben.',
    gone: 'Unter diesem Link ist nichts mehr gespeichert, oder es ist nie angekommen. Sie können das Formular neu ausfüllen.',
  },
  es: {
    found: 'Ya había empezado a rellenar este formulario.',
    goOn: 'Continuar',
    startAnew: 'Empezar de nuevo',
    back: 'Sus respuestas están de vuelta. Continúe donde lo dejó.',
    gone: 'Ya no se conserva nada en este enlace, o nunca llegó. Puede rellenar el formulario de nuevo.',
  },
  it: {
    found: 'Aveva già iniziato a compilare questo modulo.',
    goOn: 'Continua',
    startAnew: 'Ricomincia',
    back: 'Le sue risposte sono di nuovo qui. Riprenda da dove si era fermato.',
    gone: 'Sotto questo link non è più conservato nulla, oppure non è mai arrivato. Può compilare di nuovo il modulo.',
  },
  nl: {
    found: 'U was al begonnen dit formulier in te vullen.',
    goOn: 'Verder invullen',
    startAnew: 'Opnieuw beginnen',
    back: 'Uw antwoorden zijn er weer. Ga verder waar u gebleven was.',
    gone: 'Onder deze link wordt niets meer bewaard, of het is nooit aangekomen. U kunt het formulier opnieuw invullen.',
  },
  pt: {
    found: 'Já tinha começado a preencher este formulário.',
    goOn: 'Continuar',
    startAnew: 'Começar de novo',
    back: 'As suas respostas estão de volta. Continue onde parou.',
    gone: 'Já nada é guardado nesta ligação, ou nunca chegou. Pode preencher o formulário de novo.',
  },
}

/** What a page in this language says about answers that were kept. */
export function partialWords(language: FormLanguage): PartialWords {
  return words[language]
}

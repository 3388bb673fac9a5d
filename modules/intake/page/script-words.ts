import type { FormLanguage } from '../definition/form-settings.ts'
import { wordsByProblem, wordsIn } from '../definition/words/languages.ts'

/** What the script of a page says by itself. `{page}`, `{pages}` and `{count}` stand for numbers. */
export interface ScriptWords {
  readonly next: string
  readonly back: string
  readonly pageOf: string
  readonly sending: string
  /** Somebody has waited for seconds. */
  readonly slow: string
  /** Nothing arrived, and it is tried again. */
  readonly retrying: string
  readonly offline: string
  /** It is not tried any more. */
  readonly unsent: string
  /** Somebody went on writing, so it is not sent by itself. */
  readonly held: string
  /** After a reload. */
  readonly restored: string
  readonly sendingKept: string
  readonly oneWrong: string
  readonly severalWrong: string
}

/** What the script of a page is given: its own words, and those for problems of the API by their codes. */
export function wordsForScript(
  language: FormLanguage,
): ScriptWords & { readonly preview: string; readonly problems: Readonly<Record<string, string>> } {
  const words = wordsIn(language)
  return { ...scriptWords[language], preview: words.preview, problems: wordsByProblem(words) }
}

export const scriptWords: Readonly<Record<FormLanguage, ScriptWords>> = {
  en: {
    next: 'Next',
    back: 'Back',
    pageOf: 'Page {page} of {pages}',
    sending: 'Sending…',
    slow: 'Still sending. Your connection is slow.',
    retrying: 'Your answers could not be sent just now. They are kept here and are sent again by themselves.',
    offline:
      'You are offline. Your answers are kept here and are sent by themselves when you are connected again.',
    unsent: 'Your answers could not be sent. They are kept here: send the form again in a while.',
    held: 'Your answers are kept here. Send the form when you are ready.',
    restored: 'Your answers are still here. Send the form when you are ready.',
    sendingKept: 'Your answers are still here and are being sent.',
    oneWrong: 'One answer needs another look.',
    severalWrong: '{count} answers need another look.',
  },
  fr: {
    next: 'Suivant',
    back: 'Retour',
    pageOf: 'Page {page} sur {pages}',
    sending: 'Envoi…',
    slow: 'Envoi en cours. Votre connexion est lente.',
    retrying:
      'Vos réponses n’ont pas pu être envoyées pour l’instant. Elles sont conservées ici et seront renvoyées automatiquement.',
    offline:
      'Vous êtes hors ligne. Vos réponses sont conservées ici et seront envoyées automatiquement dès que la connexion sera rétablie.',
    unsent:
      'Vos réponses n’ont pas pu être envoyées. Elles sont conservées ici : renvoyez le formulaire dans un moment.',
    held: 'Vos réponses sont conservées ici. Envoyez le formulaire quand vous êtes prêt.',
    restored: 'Vos réponses sont toujours là. Envoyez le formulaire quand vous êtes prêt.',
    sendingKept: 'Vos réponses sont toujours là et sont en cours d’envoi.',
    oneWrong: 'Une réponse est à revoir.',
    severalWrong: '{count} réponses sont à revoir.',
  },
  de: {
    next: 'Weiter',
    back: 'Zurück',
    pageOf: 'Seite {page} von {pages}',
    sending: 'Wird gesendet…',
    slow: 'Wird noch gesendet. Ihre Verbindung ist langsam.',
    retrying:
      'Ihre Antworten konnten gerade nicht gesendet werden. Sie bleiben hier erhalten und werden von selbst noch einmal gesendet.',
    offline:
      'Sie sind offline. Ihre Antworten bleiben hier erhalten und werden von selbst gesendet, sobald Sie wieder verbunden sind.',
    unsent:
      'Ihre Antworten konnten nicht gesendet werden. Sie bleiben hier erhalten: Senden Sie das Formular später noch einmal.',
    held: 'Ihre Antworten bleiben hier erhalten. Senden Sie das Formular, wenn Sie fertig sind.',
    restored: 'Ihre Antworten sind noch da. Senden Sie das Formular, wenn Sie fertig sind.',
    sendingKept: 'Ihre Antworten sind noch da und werden gerade gesendet.',
    oneWrong: 'Eine Antwort ist noch einmal zu prüfen.',
    severalWrong: '{count} Antworten sind noch einmal zu prüfen.',
  },
  es: {
    next: 'Siguiente',
    back: 'Atrás',
    pageOf: 'Página {page} de {pages}',
    sending: 'Enviando…',
    slow: 'Todavía se está enviando. Su conexión es lenta.',
    retrying:
      'Sus respuestas no se han podido enviar ahora. Se conservan aquí y se volverán a enviar automáticamente.',
    offline:
      'No tiene conexión. Sus respuestas se conservan aquí y se enviarán automáticamente cuando vuelva la conexión.',
    unsent:
      'Sus respuestas no se han podido enviar. Se conservan aquí: vuelva a enviar el formulario dentro de un rato.',
    held: 'Sus respuestas se conservan aquí. Envíe el formulario cuando esté listo.',
    restored: 'Sus respuestas siguen aquí. Envíe el formulario cuando esté listo.',
    sendingKept: 'Sus respuestas siguen aquí y se están enviando.',
    oneWrong: 'Hay que revisar una respuesta.',
    severalWrong: 'Hay que revisar {count} respuestas.',
  },
  it: {
    next: 'Avanti',
    back: 'Indietro',
    pageOf: 'Pagina {page} di {pages}',
    sending: 'Invio in corso…',
    slow: 'Invio ancora in corso. La connessione è lenta.',
    retrying:
      'Al momento non è stato possibile inviare le risposte. Restano salvate qui e verranno inviate di nuovo automaticamente.',
    offline:
      'Non c’è connessione. Le risposte restano salvate qui e verranno inviate automaticamente quando la connessione tornerà.',
    unsent:
      'Non è stato possibile inviare le risposte. Restano salvate qui: invii di nuovo il modulo tra un po’.',
    held: 'Le risposte restano salvate qui. Invii il modulo quando è pronto.',
    restored: 'Le risposte sono ancora qui. Invii il modulo quando è pronto.',
    sendingKept: 'Le risposte sono ancora qui e vengono inviate.',
    oneWrong: 'Una risposta va ricontrollata.',
    severalWrong: '{count} risposte vanno ricontrollate.',
  },
  nl: {
    next: 'Volgende',
    back: 'Terug',
    pageOf: 'Pagina {page} van {pages}',
    sending: 'Wordt verzonden…',
    slow: 'Het verzenden duurt nog even. Uw verbinding is traag.',
    retrying:
      'Uw antwoorden konden nu niet worden verzonden. Ze blijven hier bewaard en worden vanzelf opnieuw verzonden.',
    offline:
      'U bent offline. Uw antwoorden blijven hier bewaard en worden vanzelf verzonden zodra u weer verbinding hebt.',
    unsent:
      'Uw antwoorden konden niet worden verzonden. Ze blijven hier bewaard: verzend het formulier later opnieuw.',
    held: 'Uw antwoorden blijven hier bewaard. Verzend het formulier als u klaar bent.',
    restored: 'Uw antwoorden staan er nog. Verzend het formulier als u klaar bent.',
    sendingKept: 'Uw antwoorden staan er nog en worden nu verzonden.',
    oneWrong: 'Eén antwoord moet nog eens worden bekeken.',
    severalWrong: '{count} antwoorden moeten nog eens worden bekeken.',
  },
  pt: {
    next: 'Seguinte',
    back: 'Voltar',
    pageOf: 'Página {page} de {pages}',
    sending: 'A enviar…',
    slow: 'Ainda a enviar. A sua ligação é lenta.',
    retrying:
      'Não foi possível enviar as suas respostas agora. Ficam guardadas aqui e serão enviadas de novo automaticamente.',
    offline:
      'Está sem ligação. As suas respostas ficam guardadas aqui e serão enviadas automaticamente quando a ligação voltar.',
    unsent:
      'Não foi possível enviar as suas respostas. Ficam guardadas aqui: envie o formulário outra vez daqui a pouco.',
    held: 'As suas respostas ficam guardadas aqui. Envie o formulário quando quiser.',
    restored: 'As suas respostas ainda estão aqui. Envie o formulário quando quiser.',
    sendingKept: 'As suas respostas ainda estão aqui e estão a ser enviadas.',
    oneWrong: 'Uma resposta precisa de ser revista.',
    severalWrong: '{count} respostas precisam de ser revistas.',
  },
}

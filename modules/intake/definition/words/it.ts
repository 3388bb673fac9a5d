import type { FormWords } from './form-words.ts'

export const it: FormWords = {
  send: 'Invia',
  thankYou: 'Grazie',
  received: 'Abbiamo ricevuto le Sue risposte.',
  optional: 'facoltativo',
  choose: 'Scelga una risposta',
  leaveEmpty: 'Lasci vuoto questo campo',
  ifItApplies: 'Lasci vuoto questo campo se non riguarda le risposte precedenti.',
  keepAnswers:
    'Conservare le mie risposte per 30 giorni prima dell’invio, così da poter continuare più tardi.',
  madeWith: 'Realizzato con Millrace',
  failed:
    'Al momento non è stato possibile salvare le risposte. Sono ancora qui: invii di nuovo il modulo tra poco.',
  notAsked: 'Il modulo non è stato inviato: contiene qualcosa che non era richiesto.',
  sentTooFast:
    'È stato più veloce di quanto si possa scrivere. Non è stato salvato nulla. Invii il modulo ancora una volta.',
  pageExpired:
    'Questa pagina è aperta da più di un giorno. Non è stato salvato nulla. Invii il modulo ancora una volta.',
  notRecognized:
    'Questa pagina non è stata riconosciuta. Non è stato salvato nulla. Invii il modulo ancora una volta.',
  sentBefore:
    'Le prime risposte sono già arrivate. Queste sono diverse e non sono state salvate. Invii il modulo ancora una volta per aggiungerle.',
  tooManyPosts:
    'Questo modulo è stato inviato troppe volte da qui. Non è stato salvato nulla. Attenda un minuto e lo invii di nuovo.',
  closed: 'Questo modulo non accetta più risposte.',
  closedHelp: 'Chieda a chi gliel’ha inviato come mettersi in contatto.',
  preview: 'Questa è un’anteprima. Non è stato inviato nulla.',
  unfinished: 'Questa domanda non è ancora completa.',
  needed: 'Questo dato è necessario.',
  neededEmail: 'Inserisca il Suo indirizzo e-mail.',
  neededPhone: 'Inserisca un numero di telefono.',
  neededUrl: 'Inserisca l’indirizzo di una pagina.',
  neededChoice: 'Scelga una risposta.',
  neededChoices: 'Scelga almeno una risposta.',
  neededNumber: 'Inserisca un numero.',
  neededDate: 'Inserisca una data.',
  neededTick: 'Selezioni questa casella per continuare.',
  tooLong: 'Usi al massimo {max} caratteri.',
  tooShort: 'Usi almeno {min} caratteri.',
  singleLine: 'Usi una sola riga.',
  notAnEmail: 'Inserisca un indirizzo e-mail come nome@example.com.',
  notAPhone: 'Inserisca un numero di telefono come +39 312 345 6789.',
  notAUrl: 'Inserisca l’indirizzo di una pagina come https://example.com.',
  notAnOption: 'Scelga una delle risposte dell’elenco.',
  notOptions: 'Scelga tra le risposte dell’elenco.',
  tooFew: 'Ne scelga almeno {min}.',
  tooMany: 'Ne scelga al massimo {max}.',
  notANumber: 'Inserisca un numero senza separatori delle migliaia, per esempio 1500 o 12,5.',
  notWhole: 'Inserisca un numero intero.',
  tooSmall: 'Inserisca {min} o più.',
  tooLarge: 'Inserisca {max} o meno.',
  notADate: 'Inserisca una data esistente, per esempio 2026-11-30.',
  tooEarly: 'Inserisca una data non precedente al {min}.',
  tooLate: 'Inserisca una data non successiva al {max}.',
}

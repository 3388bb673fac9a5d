import type { FormWords } from './form-words.ts'

export const de: FormWords = {
  send: 'Senden',
  thankYou: 'Vielen Dank',
  received: 'Wir haben Ihre Antworten erhalten.',
  optional: 'freiwillig',
  choose: 'Bitte wählen',
  leaveEmpty: 'Bitte leer lassen',
  ifItApplies: 'Lassen Sie dies aus, wenn es zu Ihren Antworten oben nicht passt.',
  keepAnswers:
    'Meine Antworten schon vor dem Senden 30 Tage lang aufbewahren, damit ich später weitermachen kann.',
  madeWith: 'Erstellt mit Millrace',
  failed:
    'Ihre Antworten konnten gerade nicht gespeichert werden. Sie sind noch da: Senden Sie das Formular gleich noch einmal.',
  notAsked: 'Das Formular wurde nicht gesendet: Es enthält etwas, wonach nicht gefragt war.',
  sentTooFast:
    'Das ging schneller, als jemand tippen kann. Es wurde nichts gespeichert. Bitte senden Sie das Formular noch einmal.',
  pageExpired:
    'Diese Seite ist seit über einem Tag geöffnet. Es wurde nichts gespeichert. Bitte senden Sie das Formular noch einmal.',
  notRecognized:
    'Diese Seite wurde nicht erkannt. Es wurde nichts gespeichert. Bitte senden Sie das Formular noch einmal.',
  sentBefore:
    'Ihre ersten Antworten sind schon angekommen. Diese sind andere und wurden nicht gespeichert. Senden Sie das Formular noch einmal, um sie hinzuzufügen.',
  tooManyPosts:
    'Dieses Formular wurde von hier aus zu oft gesendet. Es wurde nichts gespeichert. Bitte warten Sie eine Minute und senden Sie es noch einmal.',
  closed: 'Dieses Formular nimmt keine Antworten mehr an.',
  closedHelp: 'Fragen Sie, wer Sie hierher geschickt hat, wie Sie diese Stelle erreichen.',
  preview: 'Dies ist eine Vorschau. Es wurde nichts gesendet.',
  unfinished: 'Diese Frage ist noch nicht fertig.',
  needed: 'Diese Angabe ist nötig.',
  neededEmail: 'Geben Sie Ihre E-Mail-Adresse ein.',
  neededPhone: 'Geben Sie eine Telefonnummer ein.',
  neededUrl: 'Geben Sie die Adresse einer Seite ein.',
  neededChoice: 'Wählen Sie eine Antwort.',
  neededChoices: 'Wählen Sie mindestens eine Antwort.',
  neededNumber: 'Geben Sie eine Zahl ein.',
  neededDate: 'Geben Sie ein Datum ein.',
  neededTick: 'Setzen Sie hier ein Häkchen, um fortzufahren.',
  tooLong: 'Höchstens {max} Zeichen.',
  tooShort: 'Mindestens {min} Zeichen.',
  singleLine: 'Bitte nur eine Zeile.',
  notAnEmail: 'Geben Sie eine E-Mail-Adresse wie name@example.com ein.',
  notAPhone: 'Geben Sie eine Telefonnummer wie +49 30 1234567 ein.',
  notAUrl: 'Geben Sie die Adresse einer Seite wie https://example.com ein.',
  notAnOption: 'Wählen Sie eine der Antworten aus der Liste.',
  notOptions: 'Wählen Sie aus den Antworten der Liste.',
  tooFew: 'Wählen Sie mindestens {min}.',
  tooMany: 'Wählen Sie höchstens {max}.',
  notANumber: 'Geben Sie eine Zahl ohne Tausenderpunkte ein, zum Beispiel 1500 oder 12,5.',
  notWhole: 'Geben Sie eine ganze Zahl ein.',
  tooSmall: 'Geben Sie {min} oder mehr ein.',
  tooLarge: 'Geben Sie {max} oder weniger ein.',
  notADate: 'Geben Sie ein Datum ein, das es gibt, zum Beispiel 2026-11-30.',
  tooEarly: 'Geben Sie den {min} oder ein späteres Datum ein.',
  tooLate: 'Geben Sie den {max} oder ein früheres Datum ein.',
}

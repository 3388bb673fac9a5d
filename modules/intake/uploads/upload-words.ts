import type { FormLanguage } from '../definition/form-settings.ts'

/** What is said about files, on the page and by its script. `{count}`, `{megabytes}`, `{name}` and `{percent}` are filled in. */
export interface UploadWords {
  readonly tooMany: string
  readonly tooLarge: string
  readonly tooLargeTogether: string
  readonly wrongKind: string
  readonly empty: string
  readonly gone: string
  readonly infected: string
  readonly full: string
  readonly failed: string
  readonly uploading: string
  readonly attached: string
  readonly keep: string
  readonly remove: string
  readonly limits: string
  /** The same where one file is all. */
  readonly limit: string
}

/** In every language that a form can speak. */
export const uploadWords: Readonly<Record<FormLanguage, UploadWords>> = {
  en: {
    tooMany: 'Attach at most {count}.',
    tooLarge: '{name} is too large. A file can have {megabytes} MB.',
    tooLargeTogether: 'Together the files can have {megabytes} MB.',
    wrongKind: '{name} is of a kind that is not taken here.',
    empty: '{name} is empty.',
    gone: 'A file is no longer here. Attach it again.',
    infected: '{name} was refused: the scanner found something harmful in it.',
    full: 'No more files can be taken at present. Try again in an hour.',
    failed: '{name} could not be uploaded. Try again.',
    uploading: 'Uploading {name}: {percent} %',
    attached: '{name} is attached.',
    keep: 'Keep {name}',
    remove: 'Remove {name}',
    limits: 'Up to {count}, each up to {megabytes} MB.',
    limit: 'Up to {megabytes} MB.',
  },
  fr: {
    tooMany: 'Joignez {count} au maximum.',
    tooLarge: '{name} est trop volumineux. Un fichier peut faire {megabytes} Mo.',
    tooLargeTogether: 'Ensemble, les fichiers peuvent faire {megabytes} Mo.',
    wrongKind: '{name} est d’un type qui n’est pas accepté ici.',
    empty: '{name} est vide.',
    gone: 'Un fichier n’est plus là. Joignez-le à nouveau.',
    infected: '{name} a été refusé : l’analyse y a trouvé un élément dangereux.',
    full: 'Aucun autre fichier ne peut être accepté pour l’instant. Réessayez dans une heure.',
    failed: '{name} n’a pas pu être envoyé. Réessayez.',
    uploading: 'Envoi de {name} : {percent} %',
    attached: '{name} est joint.',
    keep: 'Conserver {name}',
    remove: 'Retirer {name}',
    limits: 'Jusqu’à {count}, de {megabytes} Mo chacun.',
    limit: '{megabytes} Mo au plus.',
  },
  de: {
    tooMany: 'Fügen Sie höchstens {count} an.',
    tooLarge: '{name} ist zu groß. Eine Datei darf {megabytes} MB haben.',
    tooLargeTogether: 'Zusammen dürfen die Dateien {megabytes} MB haben.',
    wrongKind: '{name} ist von einer Art, die hier nicht angenommen wird.',
    empty: '{name} ist leer.',
    gone: 'Eine Datei ist nicht mehr da. Fügen Sie sie noch einmal an.',
    infected: '{name} wurde abgelehnt: Bei der Prüfung wurde etwas Schädliches gefunden.',
    full: 'Zurzeit können keine weiteren Dateien angenommen werden. Versuchen Sie es in einer Stunde wieder.',
    failed: '{name} konnte nicht hochgeladen werden. Versuchen Sie es noch einmal.',
    uploading: '{name} wird hochgeladen: {percent} %',
    attached: '{name} ist angefügt.',
    keep: '{name} behalten',
    remove: '{name} entfernen',
    limits: 'Bis zu {count}, je bis zu {megabytes} MB.',
    limit: 'Bis zu {megabytes} MB.',
  },
  es: {
    tooMany: 'Adjunte como máximo {count}.',
    tooLarge: '{name} es demasiado grande. Un archivo puede tener {megabytes} MB.',
    tooLargeTogether: 'Juntos, los archivos pueden tener {megabytes} MB.',
    wrongKind: '{name} es de un tipo que no se acepta aquí.',
    empty: '{name} está vacío.',
    gone: 'Un archivo ya no está aquí. Adjúntelo de nuevo.',
    infected: '{name} fue rechazado: el análisis encontró algo dañino.',
    full: 'Ahora no se pueden aceptar más archivos. Inténtelo dentro de una hora.',
    failed: 'No se pudo subir {name}. Inténtelo de nuevo.',
    uploading: 'Subiendo {name}: {percent} %',
    attached: '{name} está adjunto.',
    keep: 'Conservar {name}',
    remove: 'Quitar {name}',
    limits: 'Hasta {count}, de {megabytes} MB cada uno.',
    limit: 'Hasta {megabytes} MB.',
  },
  it: {
    tooMany: 'Alleghi al massimo {count}.',
    tooLarge: '{name} è troppo grande. Un file può avere {megabytes} MB.',
    tooLargeTogether: 'Insieme i file possono avere {megabytes} MB.',
    wrongKind: '{name} è di un tipo che qui non è accettato.',
    empty: '{name} è vuoto.',
    gone: 'Un file non è più disponibile. Lo alleghi di nuovo.',
    infected: '{name} è stato rifiutato: l’analisi ha trovato qualcosa di dannoso.',
    full: 'Al momento non è possibile accettare altri file. Riprovi tra un’ora.',
    failed: 'Non è stato possibile caricare {name}. Riprovi.',
    uploading: 'Caricamento di {name}: {percent} %',
    attached: '{name} è allegato.',
    keep: 'Conservare {name}',
    remove: 'Rimuovere {name}',
    limits: 'Fino a {count}, di {megabytes} MB ciascuno.',
    limit: 'Fino a {megabytes} MB.',
  },
  nl: {
    tooMany: 'Voeg er hoogstens {count} toe.',
    tooLarge: '{name} is te groot. Een bestand mag {megabytes} MB zijn.',
    tooLargeTogether: 'Samen mogen de bestanden {megabytes} MB zijn.',
    wrongKind: '{name} is van een soort die hier niet wordt aangenomen.',
    empty: '{name} is leeg.',
    gone: 'Een bestand is er niet meer. Voeg het opnieuw toe.',
    infected: '{name} is geweigerd: bij de controle is iets schadelijks gevonden.',
    full: 'Er kunnen nu geen bestanden meer worden aangenomen. Probeer het over een uur opnieuw.',
    failed: '{name} kon niet worden geüpload. Probeer het opnieuw.',
    uploading: '{name} wordt geüpload: {percent} %',
    attached: '{name} is toegevoegd.',
    keep: '{name} behouden',
    remove: '{name} verwijderen',
    limits: 'Tot {count}, elk tot {megabytes} MB.',
    limit: 'Tot {megabytes} MB.',
  },
  pt: {
    tooMany: 'Anexe no máximo {count}.',
    tooLarge: '{name} é demasiado grande. Um ficheiro pode ter {megabytes} MB.',
    tooLargeTogether: 'Juntos, os ficheiros podem ter {megabytes} MB.',
    wrongKind: '{name} é de um tipo que não é aceite aqui.',
    empty: '{name} está vazio.',
    gone: 'Um ficheiro já não está aqui. Anexe-o de novo.',
    infected: '{name} foi recusado: a análise encontrou algo prejudicial.',
    full: 'De momento não é possível aceitar mais ficheiros. Tente de novo daqui a uma hora.',
    failed: 'Não foi possível carregar {name}. Tente de novo.',
    uploading: 'A carregar {name}: {percent} %',
    attached: '{name} está anexado.',
    keep: 'Manter {name}',
    remove: 'Remover {name}',
    limits: 'Até {count}, de {megabytes} MB cada.',
    limit: 'Até {megabytes} MB.',
  },
}

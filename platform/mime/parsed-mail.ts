/** What a message of RFC 5322 says, as far as it could be read. */
export interface ParsedMail {
  /** In their order, names in small letters; at most 300, each value cut at 2,000 characters. */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly from: readonly ParsedAddress[]
  readonly replyTo: readonly ParsedAddress[]
  readonly subject: string
  /** With its angle brackets; null when it has none. */
  readonly messageId: string | null
  /** The body as text, out of its HTML where it has nothing else; at most 100,000 characters. */
  readonly text: string
  /** What came with it, without messages; at most 100. */
  readonly files: readonly ParsedFile[]
  /** Media types of all parts that are no text, in small letters. */
  readonly partTypes: readonly string[]
  /** Messages inside it, the outermost only; at most 5. */
  readonly messages: readonly Omit<ParsedMail, 'messages'>[]
  /** Whether it has more parts than are read. */
  readonly isCut: boolean
}

export interface ParsedAddress {
  readonly address: string
  /** Empty when there is none. */
  readonly name: string
}

export interface ParsedFile {
  /** Empty when it has none. */
  readonly name: string
  readonly bytes: Uint8Array
  /** Whether it is a part of how the text looks, such as a picture in a signature. */
  readonly isInline: boolean
}

/** The first value of a header, by its name in small letters. */
export function headerOf(mail: Pick<ParsedMail, 'headers'>, name: string): string | undefined {
  return mail.headers.find(header => header.name === name)?.value
}

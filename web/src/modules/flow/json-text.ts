export type JsonObject = Record<string, unknown>

export type ReadJson =
  | { readonly value: JsonObject; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string }

/** Where a parser says it stopped. */
const PLACE = /line (\d+) column (\d+)/

/** Reads what a person typed as names and values; nothing typed is no values. */
export function readJsonObject(text: string): ReadJson {
  if (text.trim() === '') return { value: {} }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const place = PLACE.exec(error instanceof Error ? error.message : '')
    return {
      problem: place
        ? `This is not JSON: look at line ${place[1]}, column ${place[2]}.`
        : 'This is not JSON.',
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: 'Write names and values between { and }.' }
  }
  return { value: value as JsonObject }
}

/** Names and values as a person edits them. */
export function prettyJson(value: unknown): string {
  return JSON.stringify(value ?? {}, null, 2)
}

/** The same text, indented; text that cannot be read stays as it is. */
export function tidiedJson(text: string): string {
  const { value } = readJsonObject(text)
  return value === undefined ? text : prettyJson(value)
}

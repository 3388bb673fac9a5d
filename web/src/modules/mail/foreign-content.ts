const FOREIGN_SOURCE =
  /<(?:img|source|video|audio|link|iframe|object|embed|script)\b[^>]*\b(?:src|srcset|href|data)\s*=\s*["']?\s*(?:https?:)?\/\//i
const FOREIGN_STYLE = /(?:url\(|@import)\s*["']?\s*(?:https?:)?\/\//i

/** Whether a body wants something from elsewhere that its page will not load. */
export function asksForMore(html: string): boolean {
  return FOREIGN_SOURCE.test(html) || FOREIGN_STYLE.test(html)
}

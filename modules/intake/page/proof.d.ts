/** The proof of work for a token. */
export function proofOf(token: string): Promise<string>

/** Whether pages of an origin may show a form, read its definition and send it, by the form's hosts and our own origin. */
export declare function isWelcome(allowedHosts: readonly string[], origin: string, own: string): boolean

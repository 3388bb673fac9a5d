/** Who acts. A union and never a nullable user id, so that "nobody" cannot pass for "anybody". */
export type Actor =
  | { readonly type: 'user'; readonly userId: string }
  | { readonly type: 'apiKey'; readonly keyId: string }
  | { readonly type: 'plugin'; readonly pluginId: string }
  | { readonly type: 'run'; readonly runId: string; readonly workflowId: string }
  | { readonly type: 'system'; readonly name: string }
  | { readonly type: 'visitor'; readonly address: string }

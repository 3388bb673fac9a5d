/** The few parts of WebAssembly used here, which the types of Node.js leave out. */

/** Compiled code, which can be sent to another thread. It is only handed on. */
export type WasmModule = { readonly [Symbol.toStringTag]: 'WebAssembly.Module' }

export interface WasmMemory {
  readonly buffer: { readonly byteLength: number }
}

interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<WasmModule>
  /** Sizes in pages of 64 KiB. */
  readonly Memory: new (pages: {
    initial: number
    maximum: number
  }) => WasmMemory
}

export const { compile: compileWasm, Memory: WasmMemory } = (
  globalThis as unknown as { WebAssembly: WebAssemblyApi }
).WebAssembly

// Errors on their way between threads: a copy of an error loses its class and its diagnostics, unless they are sent as values.
import { SsgError, type Diagnostic } from '../core/diagnostic.ts'

export type PackedError = { readonly diagnostics: readonly Diagnostic[] } | { readonly thrown: unknown }

export function packError(error: unknown): PackedError {
  return error instanceof SsgError ? { diagnostics: error.diagnostics } : { thrown: error }
}

export function unpackError(packed: PackedError): unknown {
  return 'diagnostics' in packed ? new SsgError(packed.diagnostics) : packed.thrown
}

// Lets a Standard Schema validator (zod, valibot, arktype, ...) check and change the data of an entry.
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Diagnostic } from './diagnostic.ts'
import { locate, messageOf } from './diagnostic.ts'
import { describe } from './fields.ts'
import type { Origin } from './types.ts'

export interface SchemaResult {
  /** What the validator made of the data; if it refused, the data as it was. */
  readonly data: Readonly<Record<string, unknown>>
  readonly diagnostics: readonly Diagnostic[]
}

export async function applySchema(schema: StandardSchemaV1, data: Readonly<Record<string, unknown>>, origin: Origin): Promise<SchemaResult> {
  const refuse = (message: string, key?: string, fix = 'correct the value, or the schema.'): Diagnostic => ({ severity: 'error', code: 'front-matter-schema', message, at: locate(origin, key), fix })
  try {
    // A copy: validators may change what they are given.
    const result = await schema['~standard'].validate({ ...data })
    if (result.issues) return { data, diagnostics: result.issues.map((issue) => issueProblem(issue, refuse)) }
    if (isRecord(result.value)) return { data: result.value, diagnostics: [] }
    return { data, diagnostics: [refuse(`the schema made ${describe(result.value)} of the data, not a map`, undefined, 'let the schema return a map.')] }
  } catch (error) {
    return { data, diagnostics: [refuse(`the schema failed: ${messageOf(error)}`, undefined, 'correct the schema.')] }
  }
}

function issueProblem({ message, path = [] }: StandardSchemaV1.Issue, refuse: (message: string, key?: string) => Diagnostic): Diagnostic {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment))
  return keys.length === 0 ? refuse(message) : refuse(`\`${keys.join('.')}\`: ${message}`, keys[0])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// Where a text of TypeScript is taken for JavaScript, it must be what the stripper of types would make of it.
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { stripTypes } from '../../dist/src/config/compile.js'

const swc = createRequire(import.meta.url)('@swc/wasm-typescript') as typeof import('@swc/wasm-typescript')

const texts = [
  'export default { title: "A" }', 'export default f<Site>({ title: "A" })', 'const a = f<T>(x)', 'const a = b as C', 'const a = b satisfies C',
  'let a: string = "b"', 'let a!: string', 'const a = b!', 'const a = b![0]', 'const a = b!.c', 'function f(a: string, b?: number): void {}', 'const f = (a?: string) => a',
  'type\nX = 1', 'type X = 1', 'interface\nFoo\n{}', 'interface Foo {}', 'declare const a: string', 'abstract\nclass A {}', 'abstract class A {}',
  'class A { readonly x = 1 }', 'class A { readonly\n x = 1 }', 'class A { private x }', 'class A { static\n x = 1 }', 'class A { x; y: string }', 'class A { declare\n x }', 'class A { override f() {} }', 'class A implements B {}',
  'import type from "./a"', 'import type, { b } from "./a"', 'import type A from "./a"', 'import { type } from "./a"', 'import { type as as } from "./a"', 'import { type A, b } from "./a"', 'import { type as } from "./a"',
  'export { type } from "./a"', 'export { type A } from "./a"', 'export type { A } from "./a"', 'export type A = string', 'export\nlet a = 1',
  'const a = b ? (c) : d => e', 'const a = b ? (c, d) : e => f', 'const a = b ? (c): d => e : f', 'const a = b ? (c) => d : e', 'const { a: b } = c', 'const f = ({ a: b }) => b', 'const f = ({ a }: B) => a',
  'a: while (b) break a', 'label: { }', 'const a = { b: c, d }', 'a\nas\nb', 'let as = 1; as', 'let type = 1; type = 2', 'const of = async (a) => { for await (const b of a) {} }', 'const a = async\n(b)',
  'function f(this: A) {}', 'for (const a of b as C[]) {}', 'const a = 1 < 2', 'const a = b < c > (d)', 'const a = "<"', '// <\nlet a: B', 'using\na', 'const a = b?.c!', 'import a = b.c', 'const a = <T>b', 'let x = y\n!z', 'module\nA\n{}', 'const f = (a): a is B => a', 'class A { accessor\n b = 1 }', 'class A { get\n b() {} }', 'class A { [a: string]: b }',
]

test.each(texts)('%j', async (text) => {
  let expected: string | undefined
  try {
    expected = swc.transformSync(text, { mode: 'strip-only' }).code
  } catch {
    expected = undefined
  }
  const given = await stripTypes('site.config.ts', text).catch(() => undefined)
  expect(given).toBe(expected)
})

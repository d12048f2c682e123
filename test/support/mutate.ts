// The program with one place changed, to see whether a test finds that out.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import type { build } from '../../dist/src/build/build.js'
import { projectRoot, tempFolder } from './cli.ts'

/** What is left out, and in which compiled file which text becomes which other. */
export type Mutation = readonly [name: string, file: string, was: string, is: string]

/** The place must be in the file just once. */
export async function mutate([name, file, was, is]: Mutation): Promise<typeof build> {
  const copy = tempFolder()
  for (const part of ['dist/src', 'templates', 'package.json']) fs.cpSync(path.join(projectRoot, part), path.join(copy, part), { recursive: true, filter: (source) => !source.endsWith('.d.ts') })
  fs.symlinkSync(path.join(projectRoot, 'node_modules'), path.join(copy, 'node_modules'))
  const target = path.join(copy, 'dist/src', file)
  const parts = fs.readFileSync(target, 'utf8').split(was)
  expect(parts.length, `${name}: how often the place is in ${file}, plus one`).toBe(2)
  fs.writeFileSync(target, parts.join(is))
  const program = await import(/* @vite-ignore */ pathToFileURL(path.join(copy, 'dist/src/build/build.js')).href) as { build: typeof build }
  return program.build
}

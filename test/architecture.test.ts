// The dependency rule of src/README.md: who may import whom, who may touch the outside world, who may print.
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const root = new URL('../src', import.meta.url).pathname
const files = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')).sort()
const texts = new Map(files.map((file) => [file, fs.readFileSync(path.join(root, file), 'utf8')]))

/** Layer -> layers it may import. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  util: [],
  core: ['util'],
  sources: ['core', 'util'],
  render: ['core', 'util'],
  move: ['core', 'util', 'sources'],
  config: ['core', 'util', 'sources', 'move'],
  deploy: ['core', 'util'],
  build: ['core', 'util', 'sources', 'render', 'config'],
  profile: ['core', 'util'],
  serve: ['core', 'util', 'sources', 'render', 'config', 'build'],
  cli: ['core', 'util', 'sources', 'render', 'config', 'build', 'deploy', 'profile', 'move', 'serve'],
  index: ['core', 'util', 'sources', 'config', 'move'],
}
/** Files that may read or write files, besides `util/fs.ts`. */
const mayTouchFiles = /^(?:sources|build|config|deploy|serve|cli|util|move)\//

function layerOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '')
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"\n]*?(?:from\s*)?['"]([^'"]+)['"]|(?:import|[rR]equire(?:\(import\.meta\.url\))?)\(\s*['"]([^'"]+)['"]\s*\)/g)].map((match) => match[1] ?? match[2] ?? '')
}

describe('architecture', () => {
  test('layers import only what is below them', () => {
    const breaches = [...texts].flatMap(([file, text]) => importsOf(text)
      .filter((name) => name.startsWith('.'))
      .map((name) => path.posix.join(path.posix.dirname(file), name))
      .filter((target) => layerOf(target) !== layerOf(file) && !allowed[layerOf(file)]?.includes(layerOf(target)))
      .map((target) => `${file} imports ${target}`))
    expect(breaches).toEqual([])
  })

  test('every layer is known', () => {
    expect(files.map(layerOf).filter((layer) => !(layer in allowed))).toEqual([])
  })

  test('core and render take nothing of files, network or processes', () => {
    const breaches = [...texts].flatMap(([file, text]) => importsOf(text)
      .filter((name) => /^node:(?:fs|http|https|net|child_process|worker_threads|os)/.test(name) && !mayTouchFiles.test(file))
      .map((name) => `${file} imports ${name}`))
    expect(breaches).toEqual([])
  })

  test('core takes nothing of Node', () => {
    const breaches = [...texts].filter(([file]) => file.startsWith('core/')).flatMap(([file, text]) => importsOf(text).filter((name) => name.startsWith('node:')).map((name) => `${file} imports ${name}`))
    expect(breaches).toEqual([])
  })

  test('only cli/report prints', () => {
    const printers = [...texts].filter(([file, text]) => !file.startsWith('cli/report') && /\bconsole\.\w+\(|process\.std(?:out|err)\b/.test(text)).map(([file]) => file)
    expect(printers).toEqual([])
  })

  test('only cli/main sets the exit code', () => {
    const setters = [...texts].filter(([file, text]) => file !== 'cli/main.ts' && /process\.exit/.test(text)).map(([file]) => file)
    expect(setters).toEqual([])
  })

  test('the AWS SDK is loaded in one file, and there only when it is needed', () => {
    const loaders = [...texts].filter(([, text]) => importsOf(text.replace(/import type [^\n]*\n|typeof import\([^)]*\)/g, '')).some((name) => name.startsWith('@aws-sdk/'))).map(([file]) => file)
    expect(loaders).toEqual(['deploy/sdk.ts'])
    expect(texts.get('deploy/sdk.ts')).not.toMatch(/^import .*@aws-sdk/m)
  })

  test('nothing imports the public door', () => {
    const importers = [...texts].filter(([, text]) => importsOf(text).some((name) => /^\.{1,2}\/(?:.*\/)?index\.ts$/.test(name))).map(([file]) => file)
    expect(importers).toEqual([])
  })

  test('no import goes round in a circle', () => {
    const graph = new Map([...texts].map(([file, text]) => [file, importsOf(text.replace(/(?:import|export) type [^\n]*\n/g, '')).filter((name) => name.startsWith('.')).map((name) => path.posix.join(path.posix.dirname(file), name))]))
    const circles: string[] = []
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '))
      else for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
    }
    for (const file of graph.keys()) visit(file, [])
    expect([...new Set(circles)]).toEqual([])
  })
})

// `ssg init DIR`: a small site that builds at once.
import { randomUUID } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { displayPath, readMoment } from './build.ts'
import type { Call, Outcome } from './command.ts'
import { createFiles } from './scaffold.ts'
import { readVersion } from './version.ts'
import { titleOf } from '../config/defaults.ts'
import { fail } from '../core/diagnostic.ts'
import { makeFolder } from '../util/fs.ts'

export async function runInit({ root, flags, args: [folder = '.'] }: Call): Promise<Outcome> {
  const target = resolve(root, folder)
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === false) throw fail('usage-argument', `${folder} is a file`, { fix: 'give the name of a folder.' })
  makeFolder(target)
  const other = ['site.config.mts', 'site.config.js', 'site.config.mjs'].find((name) => existsSync(join(target, name)))
  if (other !== undefined) throw fail('new-exists', `there is a site here already: ${other}`, { at: { file: other }, fix: 'choose another folder.' })
  // These two are often there before: npm and git make them.
  const optional = Object.fromEntries(Object.entries({ 'package.json': packageJson(target), '.gitignore': gitignore }).filter(([name]) => !existsSync(join(target, name))))
  const files = { ...siteFiles(target, readMoment(flags, 'UTC').toISOString().slice(0, 10)), ...optional }
  createFiles(target, files)
  const here = displayPath(target)
  return {
    text: [`started a site in ${here}:`, ...Object.keys(files).map((name) => `  ${name}`), '', 'next:', ...nextSteps(target, here).map((step) => `  ${step}`)].join('\n'),
    json: { folder: here, created: Object.keys(files) },
    diagnostics: [],
  }
}

function nextSteps(target: string, here: string): string[] {
  const isInstalled = existsSync(join(target, 'node_modules', 'sourcepress'))
  return [...(here === '.' ? [] : [`cd ${here}`]), ...(isInstalled ? [] : ['npm install']), 'npx ssg build', 'npx ssg new post "My first post"', 'put your address into site.config.ts']
}

function packageJson(target: string): string {
  const name = basename(target).toLowerCase().replace(/[^a-z0-9-]+/g, '-').replace(/^-+|-+$/g, '') || 'site'
  const content = { name, private: true, type: 'module', scripts: { build: 'ssg build', check: 'ssg check' }, dependencies: { sourcepress: `^${readVersion()}` } }
  return JSON.stringify(content, undefined, 2) + '\n'
}

const gitignore = 'node_modules/\npublic/\n.ssg/\n'

function siteFiles(target: string, today: string): Record<string, string> {
  return {
    'site.config.ts': configText(titleOf(target)),
    'content/posts/hello-world.md': postText(today),
    'content/about.md': aboutText,
  }
}

function configText(title: string): string {
  return `import { defineConfig } from 'sourcepress'

export default defineConfig({
  title: ${JSON.stringify(title)},
  // The public address. Feeds, the sitemap and canonical links are made of it.
  url: 'https://example.org/',
  // Never change this: readers' programs know the entries of your feeds by it.
  id: 'urn:uuid:${randomUUID()}',
  language: 'en',
  // For dates without an offset.
  timeZone: 'UTC',
})
`
}

function postText(day: string): string {
  return `---
title: Hello, world
date: ${day}
id: ${randomUUID()}
tags: [hello, code]
---

This is the first post. It lies in \`content/posts/hello-world.md\`; edit it, or write another one with
\`npx ssg new post "A title"\`.

<!-- more -->

Code is highlighted while the site is built:

\`\`\`ts
/** Greets someone by name. */
export function greet(name: string): string {
  return \`Hello, \${name}!\`
}
\`\`\`

Links to other files, like [the page about me](../about.md), become links between pages.
`
}

const aboutText = `---
title: About
---

Who writes here, and what about.
`

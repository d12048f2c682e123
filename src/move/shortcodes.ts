// Shortcodes of a text: calls of macros in the user's own `templates/shortcodes.njk`, a few that the old generators had built in,
// and templates of theirs that only put values into a text. Nothing else of theirs is run.
import path from 'node:path'
import fs from 'node:fs'
import { readTextFile } from '../sources/text-file.ts'

export type Arguments = Readonly<Record<string, unknown>>
export interface Shortcodes {
  /** HTML or markdown; `undefined`: there is none of that name; `problem`: it failed. */
  call(name: string, positional: readonly string[], named: Arguments, body?: string): string | { readonly problem: string } | undefined
}

export const macroFile = 'templates/shortcodes.njk'
type Macro = (...args: readonly unknown[]) => { toString(): string }

/** `theirs`: a folder with templates of the old generator, by name. */
export async function createShortcodes(root: string, theirs?: string): Promise<Shortcodes> {
  const macros = await loadMacros(root)
  return {
    call(name, positional, named, body) {
      if ('problem' in macros && macros.problem !== undefined) return { problem: macros.problem }
      const macro = macros.find(name)
      if (macro !== undefined) return macro(positional, body === undefined ? named : { ...named, body })
      return builtIn(name, positional, named) ?? (theirs === undefined ? undefined : plainTemplate(path.join(root, theirs), name, named, body))
    },
  }
}

interface Macros { readonly problem?: string; find(name: string): ((positional: readonly string[], named: Arguments) => string | { problem: string }) | undefined }

async function loadMacros(root: string): Promise<Macros> {
  const file = path.join(root, macroFile)
  if (!fs.existsSync(file)) return { find: () => undefined }
  const read = readTextFile(file, macroFile)
  if ('problem' in read) return { problem: read.problem.message, find: () => undefined }
  const { default: nunjucks } = await import('nunjucks')
  try {
    const template = new nunjucks.Template(read.text, new nunjucks.Environment([], { autoescape: true }), macroFile, true)
    const exported = await new Promise<Record<string, unknown>>((resolve, reject) => {
      Reflect.apply(Reflect.get(template, 'getExported') as Macro, template, [(error: Error | null, found: Record<string, unknown>) => { if (error) reject(error); else resolve(found) }])
    })
    const keywords = Reflect.get(nunjucks.runtime, 'makeKeywordArgs') as (named: object) => unknown
    return {
      find(name) {
        const macro = Object.hasOwn(exported, name) ? exported[name] : undefined
        if (typeof macro !== 'function') return undefined
        return (positional, named) => {
          try {
            return (macro as Macro)(...positional, keywords({ ...named })).toString()
          } catch (error) {
            return { problem: `the macro ${name} of ${macroFile} failed: ${error instanceof Error ? error.message : String(error)}` }
          }
        }
      },
    }
  } catch (error) {
    return { problem: `${macroFile} cannot be used: ${error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error)}`, find: () => undefined }
  }
}

const frames: Readonly<Record<string, string>> = { youtube: 'https://www.youtube-nocookie.com/embed/', vimeo: 'https://player.vimeo.com/video/', streamable: 'https://streamable.com/e/' }

function builtIn(name: string, positional: readonly string[], named: Arguments): string | undefined {
  const id = String(named['id'] ?? positional[0] ?? '')
  const frame = Object.hasOwn(frames, name) ? frames[name] : undefined
  if (frame !== undefined && /^[\w-]+$/.test(id)) return `<iframe src="${frame}${id}" title="${name} ${id}" width="640" height="360" allowfullscreen></iframe>`
  const gist = String(named['url'] ?? positional[0] ?? '').replace(/^https:\/\/gist\.github\.com\//, '')
  if (name === 'gist' && /^[\w/-]+$/.test(gist)) return `<script src="https://gist.github.com/${gist}.js"></script>`
  return undefined
}

/** A template that holds nothing but text and `{{ name }}`. */
function plainTemplate(folder: string, name: string, named: Arguments, body: string | undefined): string | undefined {
  if (!/^[\w-]+$/.test(name)) return undefined
  const file = ['.html', '.md'].map((ending) => path.join(folder, name + ending)).find((one) => fs.statSync(one, { throwIfNoEntry: false })?.isFile())
  const read = file === undefined ? undefined : readTextFile(file, name)
  if (read === undefined || 'problem' in read) return undefined
  const values: Record<string, unknown> = { ...named, ...(body !== undefined && { body }) }
  const isPlain = [...read.text.matchAll(/\{\{[^]*?\}\}|\{%[^]*?%\}|\{#/g)].every(([tag]) => { const key = /^\{\{-?\s*(\w+)\s*(?:\|\s*safe\s*)?-?\}\}$/.exec(tag)?.[1]; return key !== undefined && values[key] !== undefined })
  return isPlain ? read.text.trim().replace(/\{\{-?\s*(\w+)\s*(\|\s*safe\s*)?-?\}\}/g, (_, key: string, safe?: string) => (safe || file?.endsWith('.md') || key === 'body' ? String(values[key]) : escape(String(values[key])))) : undefined
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
